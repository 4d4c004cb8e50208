/** How code speaks of authentication, and which routes are public by their nature. */

/** A name that has to do with knowing who asks. "author" and "authored" do not. */
const AUTH_NAME =
  /auth(?!or(?:s|ed|Id|Name|_|$|[A-Z])|entic(?:ity))|log(?:ged)?_?in(?![a-z])|session|guard|protect|jwt|passport|permission|(?:^|[a-z_.])roles?(?![a-z])|admin|verif(?:y|ied)|token|(?:^|_|[a-z])(?:acl|rbac)(?![a-z])|current_?user|super_?user|(?:require|ensure|assert|check|is|get|must)_?\w*(?:user|member|owner|access|staff|superuser)|api_?key|signature|hmac|secured?(?![a-z])|principal|identity|restrict|policy|policies|access_?control|credential|allow_?any/i;

/** What is not authentication although its name sounds like it. */
const NOT_AUTH =
  /^(?:Api(?:BearerAuth|Security|CookieAuth|BasicAuth|OAuth2)|csrfToken|tokenize\w*|tokens?Count|maxTokens)$/;

export const isAuthName = (name: string): boolean => AUTH_NAME.test(name) && !NOT_AUTH.test(name);

/** Somebody decided that this is open. */
export const isPublicMarker = (name: string): boolean =>
  /^(?:is)?public|anonymous|skip_?(?:auth|jwt|guard)|no_?auth|allow_?any|allow_?(?:un|anon)|unauthenticated|exempt/i.test(
    name,
  );

/** Words of a path or handler that say: whoever comes is welcome, or proves who they are in another way. */
const OPEN_WORD =
  /^(?:log-?(?:in|out|on)|sign-?(?:in|up|out|on)|logins?|sessions?|register|registration|auth\w*|oauth2?|sso|saml2?|oidc|ldap|callback|tokens?|refresh|forgot\w*|reset\w*|recover\w*|verif\w*|confirm\w*|activat\w*|magic|otp|totp|mfa|2fa|passkeys?|webauthn|health\w*|heartbeat|ping|web-?hooks?|hooks?|public|csrf|graphql|setup|install|onboarding|invit\w*|captcha|contact|newsletter|subscribe|unsubscribe|errors?|cron|telemetry|track\w*|collect|beacon|csp\w*|report-uri|hello|well-known|stripe|slack|github|twilio|telegram|discord)$/i;

/** Words of what anybody may read. */
const READABLE_WORD =
  /^(?:pong|live\w*|ready|readiness|status|metrics|version|events?|docs?|open-?api|swagger|graphiql|sitemap|robots|favicon|manifest|info|configs?|configuration|settings|shared?|embed\w*|feeds?|rss|home|index|about|terms|privacy|static|assets?|images?|icons?|avatars?|media|badges?|locales?|i18n|translations?|stats|preview|search|countries|currencies|languages?|timezones?|features?|flags?|jwks|discovery)$/i;

/** Whether a path is open by its nature. `/` and catch-alls are pages or fallbacks. */
export function isPublicPath(path: string, handler: string, writes: boolean): boolean {
  if (/^\/?(?:\*|\(\.\*\))?$/.test(path)) return true;
  const words = [...path.split(/[/.]/), ...handler.split(/(?=[A-Z])|_/), handler];
  return words.some((each) => {
    const word = each.replace(/^[:*<{[(]+|[\])}>]+$/g, "");
    return OPEN_WORD.test(word) || (!writes && READABLE_WORD.test(word));
  });
}
