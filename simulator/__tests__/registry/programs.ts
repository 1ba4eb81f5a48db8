import { whyNoGo } from '../../registry/go-program';

/** Why the programs of simulator/registry cannot be run here; nothing when they can. */
const whyNot = process.platform === 'linux' ? whyNoGo() : 'they run on Linux';

/** Tests that build and run them. */
export const suiteOfPrograms = (title: string, tests: () => void): void =>
  (whyNot ? describe.skip : describe)(whyNot ? `${title} (skipped: ${whyNot})` : title, tests);
