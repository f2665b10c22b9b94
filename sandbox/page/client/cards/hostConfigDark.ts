import { hostConfig } from './hostConfig.js';

/** Cards in the dark theme of Teams. */
export const hostConfigDark = hostConfig({
  surface: '#292929',
  emphasis: '#333333',
  text: '#ffffff',
  subtle: '#bdbdbd',
  accent: '#aab1fa',
  good: '#7ccc7c',
  warning: '#f2c661',
  attention: '#f1a3a8',
  line: '#4d4d4d',
  goodSurface: '#10270f',
  warningSurface: '#33280a',
  attentionSurface: '#3a1417',
  accentSurface: '#2b2d52',
});
