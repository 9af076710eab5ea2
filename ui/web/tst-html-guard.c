/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-html-guard.h"

#include <string.h>

static const char *const url_attributes[]
    = { "action",   "background", "cite",   "data", "formaction", "href", "icon",
        "manifest", "ping",       "poster", "src",  "xlink:href", NULL };
/* Their content is another language, or another document: nothing of ours is written there. */
static const char *const refused_elements[]
    = { "script",   "style",    "iframe",    "object", "embed",         "base",
        "noscript", "template", "plaintext", "xmp",    "foreignobject", NULL };
static const char *const refused_attributes[] = { "style", "srcdoc", "http-equiv", NULL };

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static void
begin_name (TstHtmlGuard *self, char c)
{
  memset (self->name, 0, sizeof self->name);
  self->name[0] = g_ascii_tolower (c);
}

static gboolean
add_name (TstHtmlGuard *self, char c)
{
  gsize n = strlen (self->name);
  if (n + 1 >= sizeof self->name)
    return FALSE;
  self->name[n] = g_ascii_tolower (c);
  return TRUE;
}

static gboolean
end_element_name (TstHtmlGuard *self, char **why)
{
  if (g_strv_contains (refused_elements, self->name))
    {
      *why = g_strdup_printf ("the element <%s> is not allowed in a template", self->name);
      return FALSE;
    }
  if (g_str_equal (self->name, "pre"))
    {
      if (!self->end_tag)
        self->pre++;
      else if (self->pre > 0)
        self->pre--;
    }
  return TRUE;
}

static gboolean
end_attribute_name (TstHtmlGuard *self, char **why)
{
  if (g_strv_contains (refused_attributes, self->name) || g_str_has_prefix (self->name, "on"))
    {
      *why = g_strdup_printf ("the attribute %s is not allowed in a template", self->name);
      return FALSE;
    }
  return TRUE;
}

static void
begin_value (TstHtmlGuard *self)
{
  memcpy (self->attribute, self->name, sizeof self->attribute);
  self->state = TST_HTML_ATTR_VALUE;
  self->url
      = g_strv_contains (url_attributes, self->attribute) || g_str_has_suffix (self->attribute, "srcset")
            ? TST_HTML_URL_EMPTY
            : TST_HTML_URL_NONE;
}

gboolean
tst_html_guard_feed (TstHtmlGuard *self, const char *text, gsize len, gsize *at, char **why)
{
  for (gsize i = 0; i < len; i++)
    {
      *at = i;
      char c = text[i];
      gboolean name_char = g_ascii_isalnum (c) || c == '-' || c == '_' || c == ':';

      if (self->glued && self->state == TST_HTML_TAG && name_char)
        {
          *why = g_strdup ("a name goes on after a template tag");
          return FALSE;
        }
      self->glued = FALSE;

      switch (self->state)
        {
        case TST_HTML_DATA:
          if (c == '<')
            {
              self->state = TST_HTML_TAG_OPEN;
              self->end_tag = FALSE;
            }
          break;
        case TST_HTML_TAG_OPEN:
          if (c == '/' && !self->end_tag)
            self->end_tag = TRUE;
          else if (c == '!' && !self->end_tag)
            {
              if (len - i > 2 && text[i + 1] == '-')
                {
                  *why = g_strdup ("comments reach the reader: write {{! … }}");
                  return FALSE;
                }
              self->state = TST_HTML_DECL;
            }
          else if (g_ascii_isalpha (c))
            {
              begin_name (self, c);
              self->state = TST_HTML_TAG_NAME;
            }
          else
            {
              *why = g_strdup ("a '<' that begins no tag: write &lt;");
              return FALSE;
            }
          break;
        case TST_HTML_TAG_NAME:
          if (name_char)
            {
              if (!add_name (self, c))
                {
                  *why = g_strdup ("a name is too long");
                  return FALSE;
                }
              break;
            }
          if (!end_element_name (self, why))
            return FALSE;
          self->state = TST_HTML_TAG;
          G_GNUC_FALLTHROUGH;
        case TST_HTML_TAG:
          if (c == '>')
            self->state = TST_HTML_DATA;
          else if (name_char)
            {
              begin_name (self, c);
              self->state = TST_HTML_ATTR_NAME;
            }
          else if (!is_space (c) && c != '/')
            {
              *why = g_strdup_printf ("'%c' has no place between attributes", c);
              return FALSE;
            }
          break;
        case TST_HTML_ATTR_NAME:
          if (name_char)
            {
              if (!add_name (self, c))
                {
                  *why = g_strdup ("a name is too long");
                  return FALSE;
                }
              break;
            }
          if (!end_attribute_name (self, why))
            return FALSE;
          if (c == '=')
            self->state = TST_HTML_ATTR_EQ;
          else if (c == '>')
            self->state = TST_HTML_DATA;
          else if (is_space (c) || c == '/')
            self->state = TST_HTML_TAG;
          else
            {
              *why = g_strdup_printf ("'%c' has no place after an attribute", c);
              return FALSE;
            }
          break;
        case TST_HTML_ATTR_EQ:
          if (c != '"')
            {
              *why = g_strdup_printf ("the value of %s must stand in double quotes", self->name);
              return FALSE;
            }
          begin_value (self);
          break;
        case TST_HTML_ATTR_VALUE:
          if (c == '"')
            {
              self->state = TST_HTML_TAG;
              self->url = TST_HTML_URL_NONE;
              self->glued = TRUE;
            }
          else if (self->url == TST_HTML_URL_EMPTY)
            /* "//" would name another host; '&' could spell anything. */
            self->url
                = (c == '/'
                   && !(i + 1 < len && (text[i + 1] == '/' || text[i + 1] == '&' || text[i + 1] == '\\')))
                          || c == '?' || c == '#'
                      ? TST_HTML_URL_SAFE
                      : TST_HTML_URL_MIXED;
          break;
        case TST_HTML_DECL:
          if (c == '>')
            self->state = TST_HTML_DATA;
          break;
        default:
          g_assert_not_reached ();
        }
    }
  return TRUE;
}

void
tst_html_guard_pause (TstHtmlGuard *self)
{
  if (self->state == TST_HTML_ATTR_NAME || self->state == TST_HTML_TAG_NAME)
    {
      /* A refused name must not slip through because a template tag follows it. */
      g_autofree char *why = NULL;
      gboolean ok = self->state == TST_HTML_TAG_NAME ? end_element_name (self, &why)
                                                     : end_attribute_name (self, &why);
      if (ok)
        {
          self->state = TST_HTML_TAG;
          self->glued = TRUE;
        }
    }
}

void
tst_html_guard_wrote (TstHtmlGuard *self)
{
  if (self->state == TST_HTML_ATTR_VALUE && self->url == TST_HTML_URL_EMPTY)
    self->url = TST_HTML_URL_SAFE;
}

gboolean
tst_html_guard_join (TstHtmlGuard *self, const TstHtmlGuard *other)
{
  if (self->state != other->state || self->pre != other->pre || self->url != other->url
      || (self->state == TST_HTML_ATTR_VALUE && !g_str_equal (self->attribute, other->attribute)))
    return FALSE;
  self->glued = self->glued || other->glued;
  return TRUE;
}
