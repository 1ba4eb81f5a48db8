import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedQueue } from '../../agent/keyed-queue';

test('work of one key follows each other, also after a failure; keys do not wait for each other', async () => {
  const queue = new KeyedQueue();
  const order: string[] = [];
  const work =
    (name: string, milliseconds: number, fails = false) =>
    async () => {
      order.push(`${name} begins`);
      await sleep(milliseconds);
      order.push(`${name} ends`);
      if (fails) throw new Error(`${name} failed`);
      return name;
    };
  const first = queue.run('web', work('first', 20, true));
  const second = queue.run('web', work('second', 1));
  const other = queue.run('api', work('other', 1));
  expect([queue.has('web'), queue.has('cms'), queue.isIdle]).toEqual([true, false, false]);
  await expect(first).rejects.toThrow('first failed');
  expect(await Promise.all([second, other])).toEqual(['second', 'other']);
  expect(order).toEqual(['first begins', 'other begins', 'other ends', 'first ends', 'second begins', 'second ends']);
  await queue.settled();
  expect([queue.has('web'), queue.isIdle]).toEqual([false, true]);
});
