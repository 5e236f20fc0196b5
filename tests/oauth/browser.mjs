// The person at the browser: follows redirects, signs in, agrees, and stops where the client's callback would be called.
const hidden = /<input[^>]*type="hidden"[^>]*>/g;
const attribute = (tag, name) => new RegExp(`${name}="([^"]*)"`).exec(tag)?.[1];

function filled(page, login) {
  const form = /<form[^>]*>[\s\S]*?<\/form>/.exec(page)?.[0];
  if (!form) throw new Error(`a page without a form: ${page.replace(/\s+/g, " ").slice(0, 400)}`);
  const fields = new URLSearchParams();
  for (const [input] of form.matchAll(hidden)) fields.set(attribute(input, "name"), attribute(input, "value") ?? "");
  if (form.includes('name="login"')) fields.set("login", login);
  if (form.includes('name="password"')) fields.set("password", "any");
  return { action: attribute(/<form[^>]*>/.exec(form)[0], "action"), fields };
}

// The parameters with which the client's callback would be called.
export async function signIn(authorizationUrl, redirectUri, login) {
  const cookies = new Map();
  let request = { url: String(authorizationUrl) };
  for (let hop = 0; hop < 20; hop++) {
    if (request.url.startsWith(redirectUri)) return new URL(request.url).searchParams;
    const headers = { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") };
    const { url, body } = request;
    const response = await fetch(url, { method: body ? "POST" : "GET", body, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    const location = response.headers.get("location");
    if (location) {
      request = { url: new URL(location, request.url).href };
      continue;
    }
    const { action, fields } = filled(await response.text(), login);
    request = { url: new URL(action.replaceAll("&amp;", "&"), request.url).href, body: fields };
  }
  throw new Error("the browser went in circles");
}
