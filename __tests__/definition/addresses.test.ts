import fc from 'fast-check';
import { generationOf, ids, ofGeneration, parseAddress, partOf, parts } from '../../definition/addresses';

test('a generation is read from a name as it was written into it, and from no other name', () => {
  const names = Object.values(ids);
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.integer({ min: 1, max: 10_000 }), (name, generation) => {
      const written = ofGeneration(name, generation);
      return names.every((other) => generationOf(written, other) === (other === name ? generation : undefined));
    }),
    { seed: 3 },
  );
  for (const odd of ['machine-0', 'machine-1', 'machine-02', 'machine-', 'machine-key', 'machine-2-3', 'machines'])
    expect([odd, generationOf(odd, ids.machine)]).toEqual([odd, undefined]);
});

test.each([
  ['digitalocean_droplet.machine-2', { type: 'digitalocean_droplet', name: 'machine-2' }],
  ['terraform_data.succession["1"]', { type: 'terraform_data', name: 'succession' }],
  ['data.github_team.github-environment-team-x', { type: 'github_team', name: 'github-environment-team-x' }],
  ['module.other.digitalocean_droplet.machine', undefined],
  ['digitalocean_droplet', undefined],
])('the address %s is %j', (address, expected) => expect(parseAddress(address)).toEqual(expected));

test('a part stands behind what it is of', () =>
  expect(partOf(ids.dataVolume, parts.attachment)).toBe('data-volume-attachment'));
