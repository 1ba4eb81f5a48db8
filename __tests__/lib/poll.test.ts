import { poll, PollTimeout } from '../../lib/poll';

test('what a look finds is given back, also when it is found late', async () => {
  let looks = 0;
  expect(await poll(async () => (++looks === 3 ? 'there' : undefined), { timeout: 60_000, interval: 1 })).toBe('there');
  expect(looks).toBe(3);
});

test("a time-out's error repeats what was seen last", async () => {
  const never = poll(
    async (saw) => {
      saw('2 of 3 containers');
      return undefined;
    },
    { timeout: 5, interval: 1 },
  );
  await expect(never).rejects.toThrow(/^timed out after 0 s; last seen: 2 of 3 containers$/);
  await expect(never).rejects.toBeInstanceOf(PollTimeout);
  await expect(poll(async () => undefined, { timeout: 0, interval: 1 })).rejects.toThrow('nothing was seen');
});

test('an error ends the wait, and so does a signal', async () => {
  const broken = () => Promise.reject(new Error('broken'));
  await expect(poll(broken, { timeout: 60_000, interval: 1 })).rejects.toThrow('broken');
  const stop = new AbortController();
  const waiting = poll(async () => undefined, { timeout: 60_000, interval: 60_000, signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toThrow('abort');
});
