import { type Attachment, Failure } from './client'

/** Uploads a file and reports the progress, from 0 to 1. */
export function upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/v1/files')
    request.responseType = 'json'
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    request.onload = () => (request.status === 200 ? resolve(request.response as Attachment) : reject(new Failure(request.status === 429 ? 'throttled' : 'invalid', request.response ?? undefined)))
    request.onerror = () => reject(new Failure('network'))
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.append('file', file)
    request.send(form)
  })
}
