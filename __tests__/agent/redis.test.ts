import { convergeRedis, type RedisWanted } from '../../agent/steps/redis';
import { FakeHost } from './fake-host';

let machine: FakeHost;
let running: boolean;
beforeEach(() => {
  machine = new FakeHost();
  running = false;
  machine.answer = (line) => {
    if (line.startsWith('systemctl is-active')) return { code: running ? 0 : 3 };
    if (/^systemctl (re)?start/.test(line)) running = true;
    return {};
  };
});

const wanted = (changes: Partial<RedisWanted> = {}): RedisWanted => ({
  memory: 128,
  gateway: '172.18.0.1',
  folder: '/mnt/data/redis',
  users: { api: { password: 'canary-api', database: 0 } },
  agent: 'canary-agent',
  ...changes,
});
const acts = async (changes: Partial<RedisWanted> = {}): Promise<string[]> => {
  machine.ran.length = 0;
  await convergeRedis(machine, wanted(changes));
  return machine.ran.filter((line) => /^(systemctl (re)?start|redis-cli)/.test(line));
};

test('it is started once, and left alone as long as nothing changes', async () => {
  expect([await acts(), await acts()]).toEqual([['systemctl start redis-server'], []]);
});

test('a user more is made known while it runs; other settings take a restart', async () => {
  await acts();
  const more = {
    users: { api: { password: 'canary-api', database: 0 }, jobs: { password: 'canary-jobs', database: 1 } },
  };
  expect(await acts(more)).toEqual(['redis-cli -e --user berth ACL LOAD']);
  expect(await acts({ ...more, memory: 256 })).toEqual(['systemctl restart redis-server']);
});

test('one that died is started again', async () => {
  await acts();
  running = false;
  expect(await acts()).toEqual(['systemctl start redis-server']);
});

test('passwords are in no file, on no command line; only redis can read what they are recognized by', async () => {
  await acts();
  const ran = [...machine.ran];
  await acts({ users: { api: { password: 'canary-other', database: 0 } } });
  expect([...ran, ...machine.ran, ...machine.files.values()].filter((text) => text.includes('canary'))).toEqual([]);
  expect(machine.modes.get('/mnt/data/redis/users.acl')).toBe(0o640);
});

test('users that Redis did not take are a problem, and the agent tells it again until it does', async () => {
  await acts();
  const before = machine.answer;
  machine.answer = (line, options) =>
    line.startsWith('redis-cli')
      ? { code: 1, stderr: 'ERR /mnt/data/redis/users.acl:3: nonsense' }
      : before(line, options);
  const more = { users: { jobs: { password: 'canary-jobs', database: 1 } } };
  await expect(convergeRedis(machine, wanted(more))).rejects.toThrow('ERR /mnt/data/redis/users.acl:3: nonsense');
  machine.answer = before;
  expect(await acts(more)).toEqual(['redis-cli -e --user berth ACL LOAD']);
  expect(await acts(more)).toEqual([]);
});
