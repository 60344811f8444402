import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ask, Failure, type Reply, type Attachment, type Template } from './client'
import { useGuard } from './guard'

/** Replies to the contact of a lead; kept up to date by events. */
export function useReplies(leadId: string) {
  return useQuery({
    queryKey: ['replies', leadId],
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/replies', { params: { path: { id: leadId } } }))).items,
  })
}

/** In which channels the customer of a lead can be answered. */
export function useChannels(leadId: string) {
  return useQuery({
    queryKey: ['replies', 'channels', leadId],
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/channels', { params: { path: { id: leadId } } }))).items,
  })
}

/** The templates, filled in for a lead. */
export function useFilledTemplates(leadId: string, enabled: boolean) {
  return useQuery({
    queryKey: ['templates', leadId],
    queryFn: async () => (await ask(api.GET('/api/v1/leads/{id}/templates', { params: { path: { id: leadId } } }))).items,
    enabled,
  })
}

export interface ReplyBody {
  source: string
  to: string
  subject?: string
  text: string
  attachments?: string[]
  key: string
}

export function useReply(leadId: string, contactId: string) {
  const queries = useQueryClient()
  return useMutation<Reply, Failure, ReplyBody>({
    mutationFn: (body) => ask(api.POST('/api/v1/leads/{id}/replies', { params: { path: { id: leadId } }, body })),
    onSuccess: (r) => {
      queries.setQueryData<Reply[]>(['replies', leadId], (list) => [r, ...(list ?? []).filter((o) => o.id !== r.id)])
      void queries.invalidateQueries({ queryKey: ['interactions', contactId] })
    },
  })
}

/** Sends a reply once more, or leaves it as it is. */
export function useChangeReply(leadId: string) {
  const queries = useQueryClient()
  return useMutation<Reply, Failure, { id: string; do: 'again' | 'dismiss' }>({
    mutationFn: ({ id, do: what }) => {
      const params = { path: { id } }
      return what === 'again' ? ask(api.POST('/api/v1/replies/{id}/again', { params })) : ask(api.POST('/api/v1/replies/{id}/dismiss', { params }))
    },
    onSuccess: (r) => queries.setQueryData<Reply[]>(['replies', leadId], (list) => list?.map((o) => (o.id === r.id ? r : o))),
    onError: () => queries.invalidateQueries({ queryKey: ['replies', leadId] }),
  })
}

/** Uploads a file and tells how much of it is there, from 0 to 1. */
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

export function useTemplates() {
  return useQuery({ queryKey: ['templates'], queryFn: async () => (await ask(api.GET('/api/v1/templates'))).items })
}

export interface TemplateBody {
  name: string
  subject: string
  text: string
}

/** A template as it is now, to be changed. */
export function useTemplate(id: string) {
  return useQuery({ queryKey: ['templates', 'one', id], queryFn: () => ask(api.GET('/api/v1/templates/{id}', { params: { path: { id } } })) })
}

/** Stores what a form has made of a template, or of none. */
export function usePutTemplate(of?: Template) {
  const queries = useQueryClient()
  const guard = useGuard(`/api/v1/templates/${of?.id}`, { name: of?.name, subject: of?.subject, text: of?.text })
  return useMutation<Template, Failure, TemplateBody>({
    mutationFn: (body) => {
      if (!of) return ask(api.POST('/api/v1/templates', { body }))
      const path = { id: of.id }
      return guard(
        (header) => ask(api.PATCH('/api/v1/templates/{id}', { params: { path, header }, body })),
        async () => {
          const now = await ask(api.GET('/api/v1/templates/{id}', { params: { path } }))
          queries.setQueryData(['templates', 'one', of.id], now)
          return now
        },
      )
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['templates'] }),
  })
}

export function useDropTemplate() {
  const queries = useQueryClient()
  return useMutation<unknown, Failure, string>({
    mutationFn: (id) => ask(api.DELETE('/api/v1/templates/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['templates'] }),
  })
}

export function useSignature(enabled = true) {
  return useQuery({ queryKey: ['signature'], queryFn: async () => (await ask(api.GET('/api/v1/me/signature'))).text, enabled })
}

/** Stores my signature, with what the form began with. */
export function useSetSignature(began: string) {
  const queries = useQueryClient()
  const guard = useGuard('/api/v1/me/signature', { text: began })
  return useMutation<{ text: string }, Failure, string>({
    mutationFn: (text) =>
      guard(
        (header) => ask(api.PUT('/api/v1/me/signature', { params: { header }, body: { text } })),
        async () => {
          const now = await ask(api.GET('/api/v1/me/signature'))
          queries.setQueryData(['signature'], now.text)
          return now
        },
      ),
    onSuccess: ({ text }) => queries.setQueryData(['signature'], text),
  })
}
