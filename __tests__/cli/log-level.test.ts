import { isError } from '../../cli/log-level';

const stdout = 6;
const stderr = 3;

test.each<[boolean, string, number?]>([
  // what a message says about itself counts, wherever it was printed
  [true, '{"level":"error","msg":"x"}'],
  [true, '{"level":50,"msg":"x"}'],
  [true, '{"severity":"CRITICAL","message":"x"}'],
  [true, '{"text":"x","record":{"level":{"name":"ERROR"}}}'],
  [false, '{"level":"info","msg":"no error here"}', stderr],
  [false, '{"level":30,"msg":"x"}', stderr],
  [true, 'ERROR:root:it broke'],
  [true, 'error: it broke'],
  [true, '[error] it broke'],
  [true, '2026-11-21 12:00:00.123 | ERROR    | app:main:1 - it broke'],
  [true, '2026-11-21T12:00:00Z ERROR it broke'],
  [true, '2026-11-21 12:00:00.123 UTC [4711] ERROR:  relation "x" does not exist'],
  [true, '2026-11-21 12:00:00,123 - app - CRITICAL - it broke'],
  [true, '[2026-11-21 12:00:00 +0000] [7] [ERROR] it broke'],
  [true, 'ts=2026-11-21T12:00:00Z level=error msg="it broke"'],
  [false, 'INFO:     127.0.0.1:4711 - "GET /error HTTP/1.1" 200 OK', stderr],
  [false, '2026-11-21 12:00:00.123 UTC [4711] LOG:  checkpoint complete', stderr],
  [false, '[warn] soon', stderr],
  [false, 'time="2026-11-21T12:00:00Z" level=info msg="ready"', stderr],
  // nor does it need to
  [true, 'Traceback (most recent call last):'],
  [true, 'TypeError: x is not a function'],
  [true, 'sqlalchemy.exc.OperationalError: gone'],
  [true, 'java.lang.IllegalStateException: gone'],
  [true, 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
  [true, 'panic: runtime error: index out of range'],
  // and where it says nothing, the journal's priority counts
  [true, 'it broke', stderr],
  [true, '{ "not": "json"', stderr],
  [false, 'the error page was shown'],
  [false, 'Error pages are cached'],
  [false, 'ready on 0.0.0.0:3000'],
  [false, ''],
])('%s: %s', (expected, message, priority = stdout) => {
  expect(isError({ message, priority })).toBe(expected);
});
