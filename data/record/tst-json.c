/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/tst-body.h"

#include "base/tst-error.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* json-glib takes comments, repeated members, NUL bytes and nesting without end. So a scanner of our own (RFC 8259,
 * strict) reads every text first, and json-glib only what passed. */

#define MAX_DEPTH 32

typedef struct
{
  const char *at;
  const char *end;
  guint depth;
  GString *scratch; /* the last string read, unescaped */
} Scanner;

static gboolean scan_value (Scanner *self);

static void
skip_space (Scanner *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL && *self->at != '\0')
    self->at++;
}

static gboolean
scan_char (Scanner *self, char c)
{
  if (self->at >= self->end || *self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
scan_hex4 (Scanner *self, gunichar *out)
{
  gunichar value = 0;

  if (self->end - self->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);

      if (digit < 0)
        return FALSE;
      value = value << 4 | (gunichar) digit;
    }
  *out = value;
  return TRUE;
}

/* After the backslash and the "u". Half a surrogate pair and U+0000 cannot be held in a C string: refused. */
static gboolean
scan_unicode_escape (Scanner *self)
{
  gunichar c, low;

  if (!scan_hex4 (self, &c) || c == 0 || (c >= 0xdc00 && c <= 0xdfff))
    return FALSE;
  if (c >= 0xd800 && c <= 0xdbff)
    {
      if (!scan_char (self, '\\') || !scan_char (self, 'u') || !scan_hex4 (self, &low) || low < 0xdc00
          || low > 0xdfff)
        return FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (self->scratch, c);
  return TRUE;
}

static gboolean
scan_string (Scanner *self)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";

  g_string_truncate (self->scratch, 0);
  if (!scan_char (self, '"'))
    return FALSE;
  while (self->at < self->end)
    {
      char c = *self->at++;

      if (c == '"')
        return TRUE;
      if ((guchar) c < 0x20)
        return FALSE;
      if (c != '\\')
        {
          g_string_append_c (self->scratch, c);
          continue;
        }
      if (self->at >= self->end)
        return FALSE;
      c = *self->at++;
      if (c == 'u')
        {
          if (!scan_unicode_escape (self))
            return FALSE;
        }
      else
        {
          const char *found = c != '\0' ? strchr (from, c) : NULL;

          if (found == NULL)
            return FALSE;
          g_string_append_c (self->scratch, to[found - from]);
        }
    }
  return FALSE;
}

static gboolean
scan_digits (Scanner *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

static gboolean
scan_number (Scanner *self)
{
  const char *start = self->at;
  gboolean whole = TRUE;
  char number[64];

  scan_char (self, '-');
  if (self->at < self->end && *self->at == '0')
    self->at++;
  else if (!scan_digits (self))
    return FALSE;
  if (scan_char (self, '.'))
    {
      whole = FALSE;
      if (!scan_digits (self))
        return FALSE;
    }
  if (self->at < self->end && (*self->at == 'e' || *self->at == 'E'))
    {
      whole = FALSE;
      self->at++;
      if (self->at < self->end && (*self->at == '+' || *self->at == '-'))
        self->at++;
      if (!scan_digits (self))
        return FALSE;
    }

  /* A number that a gint64 or a double does not hold would silently become another one. */
  if ((gsize) (self->at - start) >= sizeof number)
    return FALSE;
  memcpy (number, start, self->at - start);
  number[self->at - start] = '\0';
  errno = 0;
  if (!whole)
    return isfinite (g_ascii_strtod (number, NULL));
  (void) g_ascii_strtoll (number, NULL, 10);
  return errno == 0;
}

static gboolean
scan_object (Scanner *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  skip_space (self);
  if (scan_char (self, '}'))
    return TRUE;
  do
    {
      skip_space (self);
      if (!scan_string (self) || !g_hash_table_add (seen, g_strdup (self->scratch->str)))
        return FALSE;
      skip_space (self);
      if (!scan_char (self, ':') || !scan_value (self))
        return FALSE;
      skip_space (self);
    }
  while (scan_char (self, ','));
  return scan_char (self, '}');
}

static gboolean
scan_array (Scanner *self)
{
  skip_space (self);
  if (scan_char (self, ']'))
    return TRUE;
  do
    {
      if (!scan_value (self))
        return FALSE;
      skip_space (self);
    }
  while (scan_char (self, ','));
  return scan_char (self, ']');
}

static gboolean
scan_word (Scanner *self, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length || memcmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static gboolean
scan_value (Scanner *self)
{
  gboolean ok;

  skip_space (self);
  if (self->at >= self->end)
    return FALSE;
  switch (*self->at)
    {
    case '"':
      return scan_string (self);
    case 't':
      return scan_word (self, "true");
    case 'f':
      return scan_word (self, "false");
    case 'n':
      return scan_word (self, "null");
    case '{':
    case '[':
      if (++self->depth > MAX_DEPTH)
        return FALSE;
      ok = *self->at++ == '{' ? scan_object (self) : scan_array (self);
      self->depth--;
      return ok;
    default:
      return scan_number (self);
    }
}

static JsonObject *
refuse_json (GError **error)
{
  g_set_error_literal (error, TST_ERROR, TST_ERROR_BAD_JSON,
                       "This is not a JSON object, or it repeats a member. Nothing was changed; correct the text.");
  return NULL;
}

JsonObject *
tst_json_parse_object (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (JsonNode) root = NULL;
  Scanner scanner = { text, text, 0, NULL };
  gboolean ok;

  if (text == NULL)
    return refuse_json (error);
  if (length < 0)
    length = strlen (text);
  scanner.end = text + length;
  scanner.scratch = g_string_new (NULL);
  /* Only an object will do, so that a text of one bare word is not even scanned. */
  skip_space (&scanner);
  ok = scanner.at < scanner.end && *scanner.at == '{' && g_utf8_validate_len (text, length, NULL)
       && scan_value (&scanner);
  skip_space (&scanner);
  ok = ok && scanner.at == scanner.end;
  g_string_free (scanner.scratch, TRUE);
  if (!ok)
    return refuse_json (error);

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, length, NULL))
    return refuse_json (error);
  root = json_parser_steal_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return refuse_json (error);
  return json_node_dup_object (root);
}

char *
tst_json_write (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

/* The value of @name when it is a value of @type. */
static JsonNode *
get_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type ? node : NULL;
}

const char *
tst_json_string (JsonObject *object, const char *name)
{
  JsonNode *node = get_value (object, name, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

gint64
tst_json_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = get_value (object, name, G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : fallback;
}

double
tst_json_double (JsonObject *object, const char *name, double fallback)
{
  JsonNode *node = get_value (object, name, G_TYPE_DOUBLE);

  if (node != NULL)
    return json_node_get_double (node);
  node = get_value (object, name, G_TYPE_INT64);
  return node != NULL ? (double) json_node_get_int (node) : fallback;
}

gboolean
tst_json_bool (JsonObject *object, const char *name, gboolean fallback)
{
  JsonNode *node = get_value (object, name, G_TYPE_BOOLEAN);

  return node != NULL ? json_node_get_boolean (node) : fallback;
}

JsonObject *
tst_json_object (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
tst_json_array (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}
