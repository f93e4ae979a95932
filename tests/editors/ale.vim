" Opens meter.go with ALE, waits for the findings, takes the fix in line 35, and tells what it has seen.
let g:ale_linters = {'go': ['pubcheck']}
let g:ale_set_signs = 0
let g:ale_virtualtext_cursor = 0
let g:ale_echo_cursor = 0
let g:ale_lint_on_text_changed = 'never'

function! s:Wait(Probe) abort
  let l:left = 1200
  while l:left > 0 && !a:Probe()
    sleep 50m
    let l:left -= 1
  endwhile
endfunction

edit meter.go
ALELint
call s:Wait({-> len(getloclist(0)) >= 3})
let s:found = map(getloclist(0), {_, one -> [one.lnum, one.text]})

" a user would type the number in front of the title
runtime autoload/ale/util.vim
function! ale#util#Input(message, ...) abort
  return matchstr(a:message, '\d\+\ze) Read and reset')
endfunction
call cursor(35, 5)
ALECodeAction
call s:Wait({-> getline(33) =~# 'Swap'})

call writefile([json_encode({'findings': s:found, 'fixed': getline(33)})], $SEEN)
qall!
