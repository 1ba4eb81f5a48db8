import { gunzipSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../agent/logs/journal';
import type { LogLine } from '../../contract/log';
import { usualLimits } from '../../agent/logs/batch';
import { LogShipper } from '../../agent/logs/shipper';
import { bootMachine, type Machine } from '../../simulator/machines/machine';
import { type Network, openNetwork } from '../../simulator/machines/network';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { run } from '../../simulator/process';
import { insideMachine } from '../../simulator/machine-shell';
import { createSpaces } from '../../simulator/spaces';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;

// journald's own settings, and a rate that a test may exceed; nothing is installed
const userData = `#cloud-config
write_files:
  - path: /etc/systemd/journald.conf.d/test.conf
    content: "[Journal]\\nStorage=persistent\\nSystemMaxFileSize=1M\\nRateLimitBurst=0\\n"
runcmd:
  - systemctl restart systemd-journald
`;

suite(`the journal of a Debian 13 machine${why ? ` (skipped: ${why})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'logs-'));
  const objects = new Map<string, Buffer>();
  let network: Network;
  let machine: Machine;

  beforeAll(async () => {
    network = await openNetwork({ spaces: createSpaces({ keyOf: () => undefined }).listener });
    machine = await bootMachine({
      name: 'logs-test',
      userData,
      network,
      publicAddress: '203.0.113.8',
      privateAddress: '10.10.0.8',
      privateNetmask: '255.255.240.0',
    });
    await say('cloud-init status --wait');
  }, 10 * minutes);

  afterAll(async () => {
    await (machine as Machine | undefined)?.destroy();
    await (network as Network | undefined)?.close();
    rmSync(folder, { recursive: true, force: true });
  }, minutes);

  const say = async (command: string): Promise<string> => (await machine.run(['sh', '-c', command])).output.trim();

  /** Ships all there is, as an agent in the machine would, with the machine's own journalctl. */
  async function ship(): Promise<void> {
    const journal = new Journal(insideMachine(machine.leader()!, ['journalctl']));
    const shipper = new LogShipper({
      folder,
      journal,
      limits: { ...usualLimits, entries: 1_000 },
      bucket: {
        has: (key) => Promise.resolve(objects.has(key)),
        put: (key, body) => Promise.resolve(void objects.set(key, body)),
      },
    });
    while (await shipper.ship());
  }

  const kept = (): LogLine[] =>
    [...objects]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, body]) =>
        gunzipSync(body)
          .toString('utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as LogLine),
      );
  const numbers = (): number[] => kept().map(({ seq }) => seq!);
  const from = (service: string): string[] =>
    kept()
      .filter((line) => line.service === service)
      .map(({ message }) => message);

  test(
    'is shipped from its first line on, each line once, over a reboot too',
    async () => {
      await ship();
      expect(from('systemd').length + from('init').length + from('kernel').length).toBeGreaterThan(10);
      await machine.reboot();
      await say('systemctl is-system-running --wait');
      await ship();
      const all = numbers();
      expect(all).toEqual(Array.from({ length: all.length }, (_, n) => n + 1));
    },
    3 * minutes,
  );

  test(
    'is read without a loss or a line twice while ten thousand lines are written',
    async () => {
      const writing = say('seq 10000 | systemd-cat -t flood; journalctl --sync');
      await ship();
      await writing;
      await ship();
      expect(from('flood')).toEqual(Array.from({ length: 10_000 }, (_, n) => String(n + 1)));
      expect(kept().filter(({ lost }) => lost)).toEqual([]);
    },
    minutes,
  );

  test(
    'names units, and gives back what was printed, letter by letter',
    async () => {
      await say(`cat > /tmp/odd.sh <<'END'
printf 'tab\\there \\033[31mred\\033[0m \\342\\200\\250 ß\\n'
head -c 20000 /dev/zero | tr '\\0' x
END
systemd-run --wait --quiet --unit odd@1 sh /tmp/odd.sh; journalctl --sync`);
      await ship();
      const odd = kept().filter(({ unit, message }) => unit === 'odd@1.service' && !/odd@1/.test(message));
      expect(odd.map(({ service }) => service)).toEqual(['odd', 'odd']);
      expect(odd.map(({ message }) => message)).toEqual([
        'tab\there \u001b[31mred\u001b[0m \u2028 ß',
        'x'.repeat(20_000),
      ]);
    },
    minutes,
  );

  test(
    'says what it dropped before it was shipped: as many lines as are missing, and no more',
    async () => {
      const before = numbers().at(-1)!;
      // files of 1 MB, of which all but the one in use are dropped
      await say(
        'seq 8000 | systemd-cat -t lost; journalctl --sync; journalctl --rotate; journalctl --vacuum-files=1; echo still here | systemd-cat -t after; journalctl --sync',
      );
      await ship();
      const since = kept().filter(({ seq, lost }) => lost !== undefined || seq! > before);
      const [gap, first] = since;
      expect(gap).toMatchObject({ service: 'berth-agent', priority: 4 });
      expect(gap!.lost).toBeGreaterThan(1_000);
      expect(first!.seq).toBe(before + gap!.lost! + 1);
      expect(since.slice(1).map(({ seq }) => seq)).toEqual(
        Array.from({ length: since.length - 1 }, (_, n) => first!.seq! + n),
      );
      expect(from('after')).toEqual(['still here']);
    },
    minutes,
  );

  test("a shell in the machine is root's, in root's folder, with nothing of the host's environment", async () => {
    const [file, ...args] = insideMachine(machine.leader()!, [
      'sh',
      '-c',
      'echo "$(whoami) $PWD $(hostname) ${SECRET-none} $1"; exit 7',
      'sh',
      'two  words',
    ]);
    expect(await run(file!, args, { cwd: '/', env: { PATH: process.env.PATH, SECRET: 'canary' } })).toMatchObject({
      code: 7,
      output: 'root /root logs-test none two  words\n',
    });
  });
});
