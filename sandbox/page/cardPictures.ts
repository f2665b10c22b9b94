import { createServer } from 'node:http';
import express from 'express';
import type { Page } from 'playwright-core';
import { close, listen } from '../core/context';
import type { Card } from '../teams/clientTypes';
import { pageRoutes } from '../teams/pageRoutes';

export interface PictureOptions {
  theme?: 'light' | 'dark';
  /** Of the picture, in CSS pixels: 360 is a phone, default 640. */
  width?: number;
  /** What stands around the card; default `message`. */
  frame?: 'message' | 'dialog' | 'bare';
  /** Title of the dialog. */
  title?: string;
  /** Names for preset values of pickers, by value: a card holds object ids only. */
  titles?: Record<string, string>;
}

export interface CardPage {
  /** Address of the page that draws one card. */
  url: string;
  stop(): Promise<void>;
}

/** Serves the page that draws cards, without bot and pretend services, on a free port of 127.0.0.1. Needs a build. */
export async function startCardPage(): Promise<CardPage> {
  const server = createServer(express().use(pageRoutes()));
  const port = await listen(server, 0, 'port of the card page');
  return { url: `http://127.0.0.1:${port}/render.html`, stop: () => close(server) };
}

/**
 * Draws one card in a browser page, as high as it needs to be. The page may be used again for the next card.
 * @throws Error when the card page does not get ready, most often because nothing is built
 */
export async function drawOneCard(page: Page, { url }: CardPage, card: Card, options: PictureOptions = {}): Promise<void> {
  const { width = 640 } = options;
  if (page.url() !== url) {
    await page.goto(url);
    await page.waitForSelector('html[data-ready=true]', { state: 'attached', timeout: 10_000 });
  }
  await page.setViewportSize({ width, height: 800 });
  const { height } = await page.evaluate<{ height: number }>(
    `window.renderCard(${JSON.stringify(card)}, ${JSON.stringify({ ...options, width })})`,
  );
  await page.setViewportSize({ width, height: Math.ceil(height) });
}

/** Draws one card and takes its picture (PNG). Throws as `drawOneCard` does. */
export async function takeCardPicture(page: Page, cardPage: CardPage, card: Card, options?: PictureOptions): Promise<Buffer> {
  await drawOneCard(page, cardPage, card, options);
  return page.locator('#render').screenshot();
}
