import { describe, expect, it } from 'vitest';
import { addressOf, splitHost } from '../../../src/provisioner/address.ts';

describe('a host as it is written', () => {
  it.each([
    ['10.0.0.21', '10.0.0.21', undefined],
    ['10.0.0.21:9150', '10.0.0.21', 9150],
    ['be21.example.com:9050', 'be21.example.com', 9050],
    ['[fd00::5]:9050', 'fd00::5', 9050],
    ['[fd00::5]', 'fd00::5', undefined],
    ['fd00::5', 'fd00::5', undefined],
  ])('%s', (written, host, port) => {
    expect(splitHost(written)).toEqual({ host, port });
  });
});

describe('an address', () => {
  it.each([
    ['10.0.0.21', undefined, 'backend', '10.0.0.21:9050'],
    ['10.0.0.21', undefined, 'frontend', '10.0.0.21:9010'],
    ['10.0.0.21', 9150, 'backend', '10.0.0.21:9150'],
    ['fd00::5', 9050, 'backend', '[fd00::5]:9050'],
  ] as const)('of %s with port %s for a %s', (host, port, role, address) => {
    expect(addressOf(host, port, role)).toBe(address);
  });
});
