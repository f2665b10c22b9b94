import express, { type Response, Router } from 'express';
import { escapeHtml } from '../core/escapeHtml';
import { DelegatedTokenRefused } from '../core/services';
import type { ChatStore } from './chatStore';
import type { SignInRequest, TokenStore } from './tokenStore';

interface Deps {
  store: ChatStore;
  tokens: TokenStore;
}

/**
 * The sign-in page behind the button of an OAuth card: choose an account, accept, get six digits. The page tells them to
 * the window that opened it; a client without a browser posts the same form and asks for JSON.
 */
export function signInPage({ store, tokens }: Deps): Router {
  const routes = Router();

  const requestOf = (id: unknown, response: Response): SignInRequest | undefined => {
    const request = typeof id === 'string' ? tokens.signInRequest(id) : undefined;
    if (!request)
      response.status(404).send(page('This sign-in link is not known', '<p>Go back to the chat and ask for a new one.</p>'));
    return request;
  };

  routes.get('/signin', (request, response) => {
    const signIn = requestOf(request.query.signin, response);
    if (signIn) response.send(chooser(store, signIn, String(request.query.login_hint ?? '')));
  });

  routes.post('/signin', express.urlencoded({ extended: false }), (request, response) => {
    const signIn = requestOf(request.query.signin, response);
    if (!signIn) return;
    const wantsJson = request.accepts(['html', 'json']) === 'json';
    const person = store.people.find(({ objectId }) => objectId === request.body?.person);
    if (!person) {
      response.status(400).send(page('Choose an account', '<p>Go back and choose one of the accounts.</p>'));
      return;
    }
    try {
      const code = tokens.issueCode(signIn, person.objectId);
      if (wantsJson) response.json({ code });
      else response.send(codePage(person.displayName, code));
    } catch (error) {
      if (!(error instanceof DelegatedTokenRefused)) throw error;
      if (wantsJson) response.status(403).json({ error: { code: error.error, message: error.message } });
      else response.status(403).send(page('Sign-in was refused', `<p>${escapeHtml(error.message)}</p>`));
    }
  });

  // `tokenPostResource.sasUrl`: whoever holds the address may hand in the SSO token for the sign-in it was made for.
  routes.post('/tokenpost/:id', express.json(), (request, response) => {
    const signIn = tokens.signInRequest(request.params.id);
    const person = signIn && store.person(signIn.userId);
    const ssoToken: unknown = request.body?.token;
    if (!person || typeof ssoToken !== 'string') {
      response.status(404).end();
      return;
    }
    try {
      tokens.exchange(person, signIn.connectionName, ssoToken);
      response.status(204).end();
    } catch (error) {
      if (!(error instanceof DelegatedTokenRefused)) throw error;
      response.status(400).json({ error: { code: error.error, message: error.message } });
    }
  });
  return routes;
}

function chooser(store: ChatStore, { id, userId }: SignInRequest, loginHint: string): string {
  const inChat = store.people.find(({ objectId, mri }) => (loginHint ? objectId === loginHint : mri === userId));
  const accounts = store.people.map(
    ({ objectId, displayName, userPrincipalName }) =>
      `<label><input type="radio" name="person" value="${objectId}"${objectId === inChat?.objectId ? ' checked' : ''}>
      <span><b>${escapeHtml(displayName)}</b><br>${escapeHtml(userPrincipalName)}</span></label>`,
  );
  return page(
    'Sign in',
    `<p>The app asks to act with your rights in the pretend tenant. Choose the account that you use in the chat.</p>
    <form method="post" action="?signin=${encodeURIComponent(id)}">${accounts.join('')}
    <div class="row"><button type="button" id="cancel">Cancel</button><button class="primary">Accept and sign in</button></div></form>`,
    `document.getElementById('cancel').onclick = () => { opener?.postMessage({ type: 'signInCancelled' }, '*'); close(); };`,
  );
}

function codePage(displayName: string, code: string): string {
  return page(
    'You are signed in',
    `<p>${escapeHtml(displayName)} is signed in. If the chat asks for it, type this code there:</p><p class="code">${code}</p>
    <p>You can close this window.</p>`,
    `opener?.postMessage({ type: 'signedIn', code: '${code}' }, '*');`,
  );
}

const page = (title: string, body: string, script = ''): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>
:root { color-scheme: light dark }
body { font: 15px/1.45 "Segoe UI", system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; font-weight: 600 }
label { display: flex; gap: .75rem; align-items: center; padding: .6rem; border-radius: 6px }
label:hover { background: #8882 }
.row { display: flex; gap: .5rem; justify-content: flex-end; margin-top: 1rem }
button { font: inherit; padding: .45rem 1rem; border: 1px solid #8886; border-radius: 4px; background: transparent; color: inherit }
button.primary { background: #5b5fc7; border-color: #5b5fc7; color: #fff }
.code { font-size: 2rem; letter-spacing: .3rem; font-variant-numeric: tabular-nums }
</style>
<main><h1>${title}</h1>${body}</main>${script && `<script>${script}</script>`}</html>`;
