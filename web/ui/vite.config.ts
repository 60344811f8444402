import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The hub serves dist/ under a Content-Security-Policy without
// 'unsafe-inline' and without data: URLs, so nothing may be inlined.
const hub = process.env.CTIHUB_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
  },
  server: { proxy: { '/api': hub, '/in': hub, '/embed': hub } },
})
