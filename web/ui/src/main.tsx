document.getElementById('root')!.textContent = 'ctihub'
