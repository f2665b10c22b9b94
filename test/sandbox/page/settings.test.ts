import { readSettings, writeSettings } from '../../../sandbox/page/client/settings';

describe('settings in the address of the page', () => {
  it('are light, desktop and the personal chat when nothing is given', () => {
    expect(readSettings('')).toEqual({ as: '', theme: 'light', width: 'desktop', chat: 'personal' });
  });
  it('take theme, width, chat and person', () => {
    const settings = readSettings('?as=7b0c&theme=dark&width=phone&chat=channel');
    expect(settings).toEqual({ as: '7b0c', theme: 'dark', width: 'phone', chat: 'channel' });
  });
  it('fall back to the default for a value nobody knows', () => {
    expect(readSettings('?theme=pink&width=tv&chat=meeting')).toEqual(readSettings(''));
  });
  it('are written back as they were read, and leave other parameters alone', () => {
    const query = '?other=1&theme=dark&as=7b0c';
    expect(readSettings(writeSettings(readSettings(query), query))).toEqual(readSettings(query));
    expect(writeSettings(readSettings(query), query)).toContain('other=1');
  });
  it('vanish from the address when they are the defaults', () => {
    expect(writeSettings(readSettings(''), '?theme=dark')).toBe('');
  });
});
