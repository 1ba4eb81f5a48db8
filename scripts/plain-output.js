// jest gives its workers FORCE_COLOR wherever its own output has colours; a berth that a test starts would then colour its words too
delete process.env.FORCE_COLOR;
process.env.NO_COLOR = '1';
