import react from '@vitejs/plugin-react'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

// The hub serves dist/ under a Content-Security-Policy without
// 'unsafe-inline' and without data: URLs, so nothing may be inlined.
const hub = process.env.CTIHUB_URL ?? 'http://127.0.0.1:8080'

/** Compresses scripts and styles once, here; browsers take brotli over https only. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir }) {
      for (const name of readdirSync(`${dir}/assets`).filter((f) => /\.(js|css)$/.test(f))) {
        const file = `${dir}/assets/${name}`
        const content = readFileSync(file)
        writeFileSync(`${file}.br`, brotliCompressSync(content))
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': hub, '/in': hub, '/embed': hub } },
})
