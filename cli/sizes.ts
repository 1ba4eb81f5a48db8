import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command } from 'commander';
import { sizeCatalogue, type DropletSize } from '../definition/sizes';
import { DigitalOcean } from '../lib/digitalocean';
import { projectRoot } from './project';
import { plainTable } from './table';

export const sizesCommand = (): Command =>
  new Command('sizes')
    .description(
      "List droplet sizes with their prices; --refresh reads them from DigitalOcean's API again (DIGITALOCEAN_TOKEN)",
    )
    .option('--refresh', 'read them again and write definition/data/droplet-sizes.json')
    .option('--json', 'machine-readable output (JSON)')
    .action(async (options: { refresh?: boolean; json?: boolean }) => {
      if (options.refresh) return refresh();
      if (options.json) return void process.stdout.write(`${JSON.stringify(sizeCatalogue, null, 2)}\n`);
      const table = new Table({
        ...plainTable,
        head: ['size', 'processors', 'memory MiB', 'disk GiB', 'USD a month'],
        colAligns: ['left', 'right', 'right', 'right', 'right'],
      });
      for (const size of sizeCatalogue.sizes)
        table.push([size.slug, size.vcpus, size.memory, size.disk, size.priceMonthly.toFixed(2)]);
      process.stdout.write(`${table.toString()}\n\nas of ${sizeCatalogue.asOf}; ${sizeCatalogue.source}\n`);
    });

async function refresh(): Promise<void> {
  const client = new DigitalOcean(process.env, 'a token that may read sizes (scope "sizes:read") is needed');
  const sizes: DropletSize[] = (await client.sizes())
    .filter((size) => size.available && !size.slug.startsWith('gpu-'))
    .map(({ slug, vcpus, memory, disk, price_monthly: priceMonthly }) => ({ slug, vcpus, memory, disk, priceMonthly }));
  const file = join(projectRoot(), 'definition', 'data', 'droplet-sizes.json');
  const head = {
    asOf: new Date().toISOString().slice(0, 10),
    source: `GET ${client.api}/v2/sizes, USD a month, memory in MiB, disk in GiB`,
  };
  const rows = sizes.map((size) => `    ${JSON.stringify(size)}`).join(',\n');
  writeFileSync(file, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "sizes": [\n${rows}\n  ]\n}\n`);
  process.stdout.write(`${sizes.length} sizes written to definition/data/droplet-sizes.json\n`);
}
