import { type Hosted, hostProviders } from '../../terraform/host';
import { ToyCloud, toyProvider } from './toy';
import { Workspace } from './workspace';

jest.setTimeout(60_000);

describe.each([
  ['as the published providers are run', false],
  ['with Terraform checking every plan and result', true],
])('a provider served to real Terraform, %s', (_, strict) => {
  let main: ToyCloud;
  let other: ToyCloud;
  let hosted: Hosted;
  let workspace: Workspace;

  const configuration = (boxes: Record<string, object>, more: object = {}) => ({
    terraform: { required_providers: { toy: { source: 'example/toy' } } },
    resource: { toy_box: boxes },
    ...more,
  });

  beforeEach(async () => {
    main = new ToyCloud();
    other = new ToyCloud();
    hosted = await hostProviders({ 'example/toy': toyProvider({ main, other }) }, { strict });
    workspace = new Workspace(() => ({ ...hosted.env }));
  });
  afterEach(async () => {
    workspace.close();
    await hosted.close();
  });

  test('a box lives through create, update, replacement, drift, import, move and destruction', async () => {
    const full = {
      name: 'a',
      colour: 'red',
      ratio: 0.1,
      note: 'n',
      body: 'long text',
      tags: ['y', 'x'],
      password: 'hush',
      rule: [{ port: 22, from: ['::/0', '0.0.0.0/0'] }, { port: 80 }],
      limit: [{}],
    };
    workspace.write(configuration({ a: full, b: { name: 'b', note: '${toy_box.a.place}' } }));
    expect(await workspace.plan()).toEqual({ 'toy_box.a': 'create', 'toy_box.b': 'create' });
    await workspace.apply('plan.bin');
    expect(main.created.find((one) => one.name === 'a')).toMatchObject({
      body: 'long text',
      size: 1,
      limit: [{ cpu: 2 }],
    });
    const state = await workspace.state();
    expect(state['toy_box.a']).toMatchObject({
      size: 1,
      ratio: 0.1,
      place: 'shelf',
      tags: ['x', 'y'],
      body: strict ? 'long text' : '48903c196b37135bc68d87344a542b291e35d584',
      limit: [{ cpu: 2 }],
      revision: 1,
    });
    expect(await workspace.plan()).toEqual({});

    // In place: a set changes by one element, an explicit zero, a block goes; a replacement; a suppressed difference is none.
    const { limit: __, ...without } = full;
    workspace.write(
      configuration({ a: { ...without, note: ' n ', size: 3, rule: [{ port: 80 }, { port: 443 }] }, b: { name: 'c' } }),
    );
    expect(await workspace.plan()).toEqual({ 'toy_box.a': 'update', 'toy_box.b': 'delete,create' });
    await workspace.apply('plan.bin');
    const a = (await workspace.state())['toy_box.a'];
    expect(a).toMatchObject({ size: 3, note: 'n', revision: 2, limit: [], serial: expect.any(Number) });
    expect((a.rule as { port: number; uid: string }[]).map((rule) => rule.uid).sort()).toEqual(['rule-443', 'rule-80']);
    expect(await workspace.plan()).toEqual({});

    // Somebody changes and removes things behind Terraform's back.
    const real = [...main.boxes.values()].find((one) => one.name === 'a')!;
    real.colour = 'blue';
    expect(await workspace.plan()).toEqual({ 'toy_box.a': 'update' });
    await workspace.apply('-refresh-only');
    expect((await workspace.state())['toy_box.a']).toMatchObject({ colour: 'blue' });
    main.boxes.delete([...main.boxes.values()].find((one) => one.name === 'c')!.id);
    expect(await workspace.plan()).toEqual({ 'toy_box.a': 'update', 'toy_box.b': 'create' });
    await workspace.apply('plan.bin');

    // A box made by hand is taken in, and one is given another address.
    main.boxes.set('box-hand', {
      id: 'box-hand',
      name: 'h',
      serial: 99,
      revision: 1,
      place: 'floor',
      size: 5,
      rule: [],
      limit: [],
    });
    workspace.write(
      configuration(
        {
          moved: { ...without, note: 'n', size: 3, rule: [{ port: 80 }, { port: 443 }] },
          b: { name: 'c' },
          h: { name: 'h', size: 5 },
        },
        { moved: [{ from: 'toy_box.a', to: 'toy_box.moved' }], import: [{ to: 'toy_box.h', id: 'box-hand' }] },
      ),
    );
    const output = await workspace.apply();
    expect(output).toContain('Resources: 1 imported, 0 added, 0 changed, 0 destroyed.');
    expect((await workspace.state())['toy_box.h']).toMatchObject({ serial: 99, place: 'floor' });
    expect(await workspace.plan()).toEqual({});

    await workspace.ok('destroy', '-auto-approve');
    expect(main.boxes.size).toBe(0);
  });

  test('what was half made is kept as tainted and replaced by the next apply', async () => {
    main.broken.add('a');
    workspace.write(configuration({ a: { name: 'a', tags: ['t'] } }));
    const failed = await workspace.run('apply', '-auto-approve');
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('Error creating box: a is broken');
    expect((await workspace.state())['toy_box.a']).toMatchObject({ id: 'box-1', tainted: true });
    main.broken.clear();
    expect(await workspace.plan()).toEqual({ 'toy_box.a': 'delete,create' });
    await workspace.apply('plan.bin');
    expect([...main.boxes.keys()]).toEqual(['box-2']);
  });

  test('independent resources are made at the same time', async () => {
    const many = Object.fromEntries(Array.from({ length: 8 }, (__, i) => [`b${i}`, { name: `b${i}`, wait_ms: 200 }]));
    workspace.write(configuration(many));
    await workspace.apply('-parallelism=8');
    expect(main.boxes.size).toBe(8);
    expect(main.most).toBeGreaterThan(1);
  });

  test('an interrupt ends the waiting, and what was made stays in the state', async () => {
    workspace.write(configuration({ a: { name: 'a', wait_ms: 600_000 } }));
    const { child, done } = workspace.start('apply', '-auto-approve', '-no-color');
    while (main.busy === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGINT');
    const { code, output } = await done;
    expect(code).toBe(1);
    expect(output).toContain('context canceled');
    expect((await workspace.state())['toy_box.a']).toMatchObject({ id: 'box-1', tainted: true });
  });

  test('a Terraform that is killed takes nobody with it: what it had not written down is made again', async () => {
    workspace.write(configuration({ a: { name: 'a', wait_ms: 600_000 } }));
    const { child, done } = workspace.start('apply', '-auto-approve', '-no-color');
    while (main.busy === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await done;
    // Nobody is left to hear that the box is done, so nothing waits for it any more.
    while (main.busy > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    workspace.write(configuration({ a: { name: 'a' } }));
    await workspace.apply('-lock=false');
    expect([...main.boxes.keys()]).toEqual(['box-1', 'box-2']);
    expect((await workspace.state())['toy_box.a']).toMatchObject({ id: 'box-2' });
  });

  test('values larger than any window of HTTP/2 pass in both directions', async () => {
    // Not megabytes: Terraform itself takes seconds over those.
    const password = 'x'.repeat(400_000);
    workspace.write(configuration({ a: { name: 'a', password } }));
    await workspace.apply();
    expect([...main.boxes.values()][0].password).toHaveLength(password.length);
    expect(await workspace.plan()).toEqual({});
  });

  test('each provider block has a configuration of its own, and data sources read', async () => {
    workspace.write(
      configuration(
        { a: { name: 'a', size: 7 }, b: { name: 'b', provider: 'toy.second' } },
        {
          provider: { toy: [{}, { alias: 'second', cloud: 'other' }] },
          data: { toy_box: { again: { name: '${toy_box.a.name}' } } },
          output: { size: { value: '${data.toy_box.again.size}' } },
        },
      ),
    );
    const output = await workspace.apply();
    expect(output).toContain('size = 7');
    expect([[...main.boxes.values()].map((one) => one.name), [...other.boxes.values()].map((one) => one.name)]).toEqual(
      [['a'], ['b']],
    );
  });

  test('a bad configuration is refused with the place of each mistake, and a rule of the plan by its own words', async () => {
    workspace.write(configuration({ a: { name: 'a', size: 0, colour: 'green' } }));
    const { output } = await workspace.run('validate');
    expect(output).toContain('expected size to be at least (1), got 0');
    expect(output).toContain('expected colour to be one of [red blue], got green');
    expect(output).toContain('on main.tf.json line 1, in resource.toy_box.a');
    workspace.write(configuration({ a: { name: 'a', size: 3 } }));
    await workspace.apply();
    workspace.write(configuration({ a: { name: 'a', size: 2 } }));
    expect((await workspace.run('plan')).output).toContain('Error: a box cannot shrink');
  });

  test('a placeholder that was killed is replaced, so that the next command still works', async () => {
    workspace.write(configuration({ a: { name: 'a' } }));
    const pid = (JSON.parse(hosted.env.TF_REATTACH_PROVIDERS) as Record<string, { Pid: number }>)['example/toy'].Pid;
    process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await workspace.apply();
    expect(main.boxes.size).toBe(1);
  });
});
