/** Colours of one theme as cards use them. `subtle` and all coloured texts keep a contrast of 4.5 on every background here. */
interface CardPalette {
  surface: string;
  emphasis: string;
  text: string;
  subtle: string;
  accent: string;
  good: string;
  warning: string;
  attention: string;
  line: string;
  goodSurface: string;
  warningSurface: string;
  attentionSurface: string;
  accentSurface: string;
}

const SANS = "'Segoe UI', 'Segoe UI Web', -apple-system, 'Liberation Sans', system-ui, sans-serif";
const MONOSPACE = "Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";
const font = (fontFamily: string) => ({
  fontFamily,
  fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 400, default: 400, bolder: 600 },
});
const tone = (color: string, subtle = color) => ({ default: color, subtle });

function container(backgroundColor: string, borderColor: string, palette: CardPalette) {
  return {
    backgroundColor,
    borderColor,
    foregroundColors: {
      default: tone(palette.text, palette.subtle),
      dark: tone(palette.text, palette.subtle),
      light: tone(palette.subtle),
      accent: tone(palette.accent),
      good: tone(palette.good),
      warning: tone(palette.warning),
      attention: tone(palette.attention),
    },
  };
}

/** A host config with the sizes and spacings of Teams in the colours of one theme. */
export function hostConfig(palette: CardPalette) {
  return {
    supportsInteractivity: true,
    fontTypes: { default: font(SANS), monospace: font(MONOSPACE) },
    lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 20, padding: 16 },
    separator: { lineThickness: 1, lineColor: palette.line },
    imageSizes: { small: 32, medium: 52, large: 100 },
    containerStyles: {
      default: container(palette.surface, palette.line, palette),
      emphasis: container(palette.emphasis, palette.line, palette),
      accent: container(palette.accentSurface, palette.accent, palette),
      good: container(palette.goodSurface, palette.good, palette),
      warning: container(palette.warningSurface, palette.warning, palette),
      attention: container(palette.attentionSurface, palette.attention, palette),
    },
    inputs: {
      label: {
        inputSpacing: 'small',
        requiredInputs: { weight: 'bolder', color: 'default', size: 'default', suffix: ' *', suffixColor: 'attention' },
        optionalInputs: { weight: 'bolder', color: 'default', size: 'default' },
      },
      errorMessage: { color: 'attention', size: 'small', spacing: 'small', weight: 'default' },
    },
    actions: {
      maxActions: 6,
      spacing: 'medium',
      buttonSpacing: 8,
      showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
      preExpandSingleShowCardAction: false,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      allowTitleToWrap: true,
      iconPlacement: 'leftOfTitle',
      iconSize: 16,
    },
    adaptiveCard: { allowCustomStyle: true },
    imageSet: { imageSize: 'medium', maxImageHeight: 100 },
    factSet: {
      title: { weight: 'bolder', color: 'default', size: 'default', wrap: true, maxWidth: 160 },
      value: { weight: 'default', color: 'default', size: 'default', wrap: true },
      spacing: 16,
    },
    table: { cellSpacing: 8 },
    textStyles: { heading: { size: 'large', weight: 'bolder', color: 'default', isSubtle: false, fontType: 'default' } },
    textBlock: { headingLevel: 3 },
  };
}
