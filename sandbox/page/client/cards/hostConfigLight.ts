import { hostConfig } from './hostConfig.js';

/** Cards in the light theme of Teams. */
export const hostConfigLight = hostConfig({
  surface: '#ffffff',
  emphasis: '#f5f5f5',
  text: '#242424',
  subtle: '#616161',
  accent: '#4f52b2',
  good: '#0e700e',
  warning: '#7a4b00',
  attention: '#b10e1c',
  line: '#e0e0e0',
  goodSurface: '#f1faf1',
  warningSurface: '#fff9f0',
  attentionSurface: '#fdf3f4',
  accentSurface: '#f0f1fc',
});
