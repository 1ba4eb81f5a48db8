import { CoalescingRunner } from '../../machines/coalescing-runner';

/** Something to do that takes until it is told that it is done. */
function slow() {
  const begun: (() => void)[] = [];
  return { act: () => new Promise<void>((resolve) => begun.push(resolve)), begun };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('changes while it is at work are followed once more, however many they are', async () => {
  const { act, begun } = slow();
  const follower = new CoalescingRunner(act);
  follower.follow();
  await turn();
  for (const _ of [1, 2, 3]) follower.follow();
  expect(begun).toHaveLength(1);
  begun[0]!();
  await turn();
  expect(begun).toHaveLength(2);
  begun[1]!();
  await follower.done();
  expect(begun).toHaveLength(2);
});

test('a failure is told to whoever waits, and does not keep the next change from being followed', async () => {
  let times = 0;
  const follower = new CoalescingRunner(() => (times++ === 0 ? Promise.reject(new Error('no')) : Promise.resolve()));
  follower.follow();
  await expect(follower.done()).rejects.toThrow('no');
  follower.follow();
  await expect(follower.done()).rejects.toThrow('no');
  expect(times).toBe(2);
});

test('once it is stopped, changes are not followed any more', async () => {
  const { act, begun } = slow();
  const follower = new CoalescingRunner(act);
  follower.follow();
  await turn();
  const stopped = follower.stop();
  follower.follow();
  begun[0]!();
  await stopped;
  await turn();
  expect(begun).toHaveLength(1);
});
