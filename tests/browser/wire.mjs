// Requests as no browser sends them: any host, origin, path and body, and nothing followed.

import {request} from 'node:http';

const FORM = 'application/x-www-form-urlencoded';

// What the page answers: {status, headers, body}. A `form` is posted as the page's own are, unless
// `headers` say otherwise; `body` goes out as it is.
export function send(school, path, {method, headers = {}, form, body} = {}) {
  const host = `127.0.0.1:${school.port}`;
  const sent = form ? new URLSearchParams(form).toString() : body;
  const usual = sent === undefined ? {} : {'Origin': 'http://' + host, 'Content-Type': FORM};
  return new Promise((resolve, reject) => {
    const asked = request({
      host: '127.0.0.1', port: school.port, path, agent: false,
      method: method || (sent === undefined ? 'GET' : 'POST'),
      headers: {'Host': host, ...usual, ...headers},
    }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => { text += part; });
      answer.on('end', () => resolve({status: answer.statusCode, headers: answer.headers, body: text}));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(sent);
  });
}

// The token of a page's forms.
export const tokenOf = (page) => /name="form" value="([^"]+)"/.exec(page)[1];

// The cookie that an answer sets, as a request says it.
export const cookieOf = (answer) => answer.headers['set-cookie'][0].split(';')[0];

// Somebody who has signed in, without a browser: {cookie, token}; `at` is where they do, `then` where
// their first page is.
export async function signInBy(school, person, passphrase, at = '/sign-in', then = '/') {
  const page = await send(school, at === '/sign-in' ? '/' : '/staff');
  const answer = await send(school, at, {form: {form: tokenOf(page.body), person, passphrase}});
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status}`);
  const cookie = cookieOf(answer);
  const first = await send(school, then, {headers: {'Cookie': cookie}});
  return {cookie, token: tokenOf(first.body)};
}
