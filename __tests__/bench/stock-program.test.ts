import { createHash } from 'node:crypto';
import { renderStockProgram } from '../../bench/stock-program';
import { type StackJson, mustBeSame } from '../../bench/stack-json';
import { addressesIn, assetsIn, source } from '../../bench/stock-value';

const terraform = { backend: { s3: { bucket: 'states', use_lockfile: true } }, required_providers: {} };
const state: StackJson = { terraform, provider: {}, resource: {} };
const environment: StackJson = {
  terraform,
  provider: { digitalocean: [{}] },
  resource: {
    digitalocean_droplet: {
      machine: {
        name: 'shop-blue',
        vpc_uuid: '${digitalocean_vpc.network.id}',
        lifecycle: { replace_triggered_by: ['terraform_data.machine-generation'] },
      },
    },
    digitalocean_vpc: { network: { name: 'shop-blue' } },
    terraform_data: { 'machine-generation': { triggers_replace: { generation_of: 1 } } },
  },
};

test("the stock program is what the template's user would write: in order, by attribute, one class for all environments", () => {
  expect(renderStockProgram({ name: 'state', json: state }, { name: 'blue', json: environment }, ['blue', 'green']))
    .toBe(`\
import { Construct } from "constructs";
import { App, S3Backend, TerraformResource, TerraformStack } from "cdktf";
import * as digitalocean from "@cdktf/provider-digitalocean";

class StateStack extends TerraformStack {
  constructor(scope: Construct, name: string) {
    super(scope, name);

    new S3Backend(this, { bucket: "states" });
    this.addOverride("terraform.backend.s3.use_lockfile", true);
  }
}

class EnvironmentStack extends TerraformStack {
  constructor(scope: Construct, name: string) {
    super(scope, name);

    new S3Backend(this, { bucket: "states" });
    this.addOverride("terraform.backend.s3.use_lockfile", true);
    new digitalocean.provider.DigitaloceanProvider(this, "digitalocean", {});
    const vpcNetwork = new digitalocean.vpc.Vpc(this, "network", { name: \`shop-\${name}\` });
    new digitalocean.droplet.Droplet(this, "machine", { name: \`shop-\${name}\`, vpcUuid: vpcNetwork.id, \
lifecycle: { replaceTriggeredBy: ["terraform_data.machine-generation"] } });
    const dataMachineGeneration = new TerraformResource(this, "machine-generation", { terraformResourceType: "terraform_data" });
    dataMachineGeneration.addOverride("triggers_replace", { generation_of: 1 });
  }
}

const app = new App();
new StateStack(app, "state");
for (const name of ["blue","green"]) {
  new EnvironmentStack(app, name);
}
app.synth();
`);
});

test('a kind of block that the generator does not know stops the benchmark instead of being left out', () => {
  expect(() =>
    renderStockProgram(
      { name: 'state', json: state },
      { name: 'blue', json: { ...environment, data: {} } as StackJson },
      ['blue'],
    ),
  ).toThrow('blue: the stock program cannot be written for "data" yet: teach bench/stock-program.ts');
});

const known = new Set(['digitalocean_firewall.wall']);
test.each<[what: string, value: unknown, key: string, code: string]>([
  ['a text', 'plain', '', '"plain"'],
  ["the environment's name in a text", 'shop-blue', '', '`shop-${name}`'],
  ['a reference', '${digitalocean_vpc.net-work.ip_range}', '', 'vpcNetWork.ipRange'],
  [
    'a reference where a number is wanted',
    '${digitalocean_droplet.machine.id}',
    'droplet_id',
    'Token.asNumber(dropletMachine.id)',
  ],
  ['references within a text', 'a ${digitalocean_vpc.net.id} `b`', '', '`a ${vpcNet.id} \\`b\\``'],
  ['what is escaped for Terraform', '$${codename} blue', '', '`$\\${codename} ${name}`'],
  ['an address', ['digitalocean_firewall.wall'], 'depends_on', '[firewallWall]'],
  [
    'a file beside the stack',
    '${file("assets/agent-bundle/CF6BBE14E720632288396D319CFB3BDC/agent.js")}',
    '',
    '`\\${file("${agentBundle.path}")}`',
  ],
  ['an object', { max_keys: 1, flag: true }, '', '{ maxKeys: 1, flag: true }'],
])('%s becomes the code for it', (_, value, key, code) => {
  expect(source(value, { name: 'blue', known }, key)).toBe(code);
});

test('only what a program has to declare first counts as a reference', () => {
  const body = {
    depends_on: ['digitalocean_firewall.wall'],
    text: '$${a.b.c} ${digitalocean_tag.tag.name} ${self.triggers_replace.bucket}',
    lifecycle: { replace_triggered_by: ['digitalocean_firewall.wall'] },
  };
  expect(addressesIn(body, known)).toEqual(['digitalocean_firewall.wall', 'digitalocean_tag.tag']);
});

test('a file that several resources read is one file', () => {
  const path = 'assets/agent-bundle/CF6BBE14E720632288396D319CFB3BDC/agent.js';
  expect(assetsIn({ a: `\${file("${path}")}`, b: [`\${filemd5("${path}")}`] })).toEqual([
    { id: 'agent-bundle', path, file: 'agent.js' },
  ]);
});

test('programs that do not make the same resources are not compared', () => {
  const stacks = (name: string): Map<string, StackJson> =>
    new Map([['blue', { ...environment, resource: { digitalocean_vpc: { network: { name } } } }]]);
  expect(() => mustBeSame(stacks('a'), stacks('a'))).not.toThrow();
  expect(() => mustBeSame(stacks('a'), stacks('b'))).toThrow(
    'the comparison is void: the stock program differs at blue.resource.digitalocean_vpc.network.name ("a" here, "b" there)',
  );
  expect(() => mustBeSame(stacks('a'), new Map())).toThrow(
    'the comparison is void: stacks blue here,  in the stock program',
  );
});

test('what Terraform alone has is written as Terraform reads it, and digests of contents are computed', () => {
  const content = 'of blue';
  const digest = createHash('sha256').update(content).digest('hex');
  const json: StackJson = {
    ...environment,
    resource: {
      digitalocean_spaces_bucket_object: { desired: { bucket: 'b', key: 'k', region: 'fra1', content } },
      terraform_data: {
        wait: {
          depends_on: ['digitalocean_spaces_bucket_object.desired'],
          triggers_replace: { desired: digest },
          provisioner: [
            {
              'local-exec': {
                command: 'node wait.js',
                environment: { DESIRED: digest, BUCKET: '${self.triggers_replace.bucket}' },
              },
            },
          ],
        },
      },
    },
  };
  const program = renderStockProgram({ name: 'state', json: state }, { name: 'blue', json }, ['blue', 'green']);
  const computed = 'createHash("sha256").update(`of ${name}`).digest("hex")';
  expect(
    program
      .split('\n')
      .filter((line) => line.includes('dataWait'))
      .map((line) => line.trim()),
  ).toEqual([
    'const dataWait = new TerraformResource(this, "wait", { terraformResourceType: "terraform_data" });',
    'dataWait.addOverride("depends_on", ["digitalocean_spaces_bucket_object.desired"]);',
    `dataWait.addOverride("triggers_replace", { desired: ${computed} });`,
    `dataWait.addOverride("provisioner", [{ "local-exec": { command: "node wait.js", environment: { DESIRED: ${computed}, BUCKET: \`\\\${self.triggers_replace.bucket}\` } } }]);`,
  ]);
  expect(program).toContain('\n    new digitalocean.spacesBucketObject.SpacesBucketObject(this, "desired",');
});
