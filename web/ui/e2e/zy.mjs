import { launch } from './browser.mjs'
import fs from 'fs'
const [out, cols, w, ...files] = process.argv.slice(2)
const b = await launch(); const p = await b.newPage({viewport:{width:+cols*+w,height:800}})
await p.setContent('<body style="margin:0;display:flex;flex-wrap:wrap">'+files.map(f=>`<img style="width:${w}px" src="data:image/png;base64,${fs.readFileSync('/tmp/pics/'+f+'.png').toString('base64')}">`).join('')+'</body>')
await p.waitForTimeout(300); await p.screenshot({path:out,fullPage:true}); await b.close()
