import { Docker } from '../../agent/docker';
import { releaseVolume } from '../../agent/release-volume';
import { proxyOf, proxySpec } from '../../agent/render/proxy';
import { serviceSpec } from '../../agent/render/service-spec';
import { DockerEngine } from './docker-engine';
import { FakeHost } from './fake-host';

let engine: DockerEngine;
let machine: FakeHost;
/** Each command, and which services were there when it came. */
let steps: string[];
const facts = { gateway: '', cpuLimits: false, network: '' };
const web = serviceSpec(
  'web',
  { kind: 'web', image: '', port: 1, replicas: 2, memory: 64, cpu: 100, stopGrace: 1 },
  'image',
  {},
  facts,
);

beforeEach(async () => {
  engine = await new DockerEngine().start();
  for (const spec of [web, proxySpec(proxyOf({}), facts), { ...web, Name: 'somebody-elses' }])
    engine.add(spec).settle();
  machine = new FakeHost();
  machine.write('/etc/systemd/system/berth-job-nightly.timer', '');
  steps = [];
  machine.answer = (line) => {
    steps.push(`${line} (${engine.names().join(' ')})`);
    return {};
  };
});
afterEach(() => engine.close());

const all = [
  'systemctl stop berth-job-nightly.timer berth-job-nightly.service (berth_web berth_proxy somebody-elses)',
  'systemctl stop postgresql@* redis-server (berth_proxy somebody-elses)',
  'systemctl stop berth-volume (somebody-elses)',
];

test('first who writes, then what is written to, the proxy as late as possible, and the volume last', async () => {
  await releaseVolume(machine, new Docker(engine.socket));
  expect(steps).toEqual(all);
});

test('a datastore that does not stop keeps its volume, and the visitors their proxy', async () => {
  machine.answer = (line) => {
    steps.push(line);
    return line.includes('postgresql') ? { code: 1, stderr: 'timed out' } : {};
  };
  await expect(releaseVolume(machine, new Docker(engine.socket))).rejects.toThrow(
    'systemctl stop ended with 1: timed out',
  );
  expect([steps.at(-1), engine.names()]).toEqual([
    'systemctl stop postgresql@* redis-server',
    ['berth_proxy', 'somebody-elses'],
  ]);
});

test('it can be done again from wherever it ended', async () => {
  engine.away = true;
  await expect(releaseVolume(machine, new Docker(engine.socket))).rejects.toThrow();
  engine.away = false;
  steps.length = 0;
  await releaseVolume(machine, new Docker(engine.socket));
  await releaseVolume(machine, new Docker(engine.socket));
  expect(steps.slice(0, 3)).toEqual(all);
});
