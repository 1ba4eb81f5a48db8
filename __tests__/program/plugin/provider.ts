import { digitalocean } from '../../../simulator/providers/digitalocean';
import { github } from '../../../simulator/providers/github';
import { hostProviders } from '../../../simulator/terraform/host';

/**
 * A provider as Terraform starts one: a program that takes its settings from the environment, as the published ones do, and
 * says on standard output where it listens (go-plugin's handshake).
 */
async function main(name: string): Promise<void> {
  const { env } = process;
  // only now: what was compiled before lies in the usual folder, and Terraform starts a provider again and again
  env.TMPDIR = env.SOCKETS;
  const patience = { retries: 4, retryMs: 10, pollMs: 15 };
  const proxy = new URL(env.HTTP_PROXY!);
  const provider =
    name === 'digitalocean'
      ? digitalocean(
          {
            apiUrl: env.DIGITALOCEAN_API_URL!,
            token: env.DIGITALOCEAN_TOKEN!,
            spaces: {
              host: '127.0.0.1',
              port: Number(proxy.port),
              accessKey: env.SPACES_ACCESS_KEY_ID!,
              secretKey: env.SPACES_SECRET_ACCESS_KEY!,
            },
          },
          patience,
        )
      : github({ baseUrl: env.GITHUB_BASE_URL!, token: env.GITHUB_TOKEN! }, patience);
  const hosted = await hostProviders({ [name]: provider }, { shutdown: () => process.exit(0) });
  const [
    {
      Addr: { String: socket },
    },
  ] = Object.values(JSON.parse(hosted.env.TF_REATTACH_PROVIDERS) as Record<string, { Addr: { String: string } }>) as [
    { Addr: { String: string } },
  ];
  process.stdout.write(`1|5|unix|${socket}|grpc|\n`);
}

void main(process.argv[2]!);
