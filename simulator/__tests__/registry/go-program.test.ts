import { whyNoGo } from '../../registry/go-program';

test('where Go is missing, it is said what to install', () => {
  expect(whyNoGo(['/nowhere', '/nowhere/else'])).toBe(
    'the stand-in images are built with Go 1.19 or later, which was not found on PATH: apt-get install --no-install-recommends golang-go',
  );
});
