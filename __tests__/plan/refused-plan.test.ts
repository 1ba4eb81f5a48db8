import { locator } from '../../plan/cause';
import { refusedPlan } from '../../plan/refused-plan';

const locate = locator({
  environment: {
    file: 'environments/staging.ts',
    text: 'export const staging = defineEnvironment({\n  platform: droplet({\n    volume: { size: 10 },\n  }),\n});\n',
  },
  sources: new Map([['platform.volume.size', 'environment']]),
});

test('a volume that would become smaller is told by the line that asks for it, with the way out', () => {
  expect(
    refusedPlan('staging could not be planned\n  volumes `size` can only be expanded and not shrunk', locate),
  ).toBe(
    'environments/staging.ts:3  platform.volume.size: A volume never becomes smaller. Keep its size; or make another environment with a smaller volume beside this one, move the data, then destroy this one.',
  );
});

test('without files it is told by its path, and another failure as Terraform tells it', () => {
  expect(refusedPlan('volumes `size` can only be expanded and not shrunk', undefined)).toMatch(
    /^platform\.volume\.size: A volume/,
  );
  expect(refusedPlan('Error: no such region', locate)).toBeUndefined();
});
