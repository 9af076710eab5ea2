/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/tst-template.h"

#include <string.h>

#include "base/tst-error.h"
#include "web/tst-html-guard.h"
#include "web/tst-template-private.h"

static void
node_free (gpointer data)
{
  TstNode *node = data;
  g_free (node->text);
  for (guint i = 0; i < node->n_args; i++)
    {
      g_free (node->args[i].literal);
      g_strfreev (node->args[i].names);
    }
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

static void
template_free (gpointer data)
{
  TstTemplate *self = data;
  g_free (self->name);
  g_clear_pointer (&self->nodes, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TstTemplate, template_free)

TstTemplateSet *
tst_template_set_new (void)
{
  TstTemplateSet *self = g_new0 (TstTemplateSet, 1);
  self->templates = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, template_free);
  return self;
}

void
tst_template_set_free (TstTemplateSet *self)
{
  g_hash_table_unref (self->templates);
  g_free (self);
}

/* Parsing */

typedef struct
{
  TstTemplate *owner;
  const char *start, *at;
  TstHtmlGuard guard;
} Parser;

static guint
line_of (Parser *parser, const char *at)
{
  guint line = 1;
  for (const char *p = parser->start; p < at; p++)
    if (*p == '\n')
      line++;
  return line;
}

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (Parser *parser, const char *at, GError **error, const char *format, ...)
{
  va_list list;
  va_start (list, format);
  g_autofree char *why = g_strdup_vprintf (format, list);
  va_end (list);
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s.html:%u: %s", parser->owner->name,
               line_of (parser, at), why);
  return FALSE;
}

static TstNode *
node_new (Parser *parser, TstNodeKind kind, const char *at, const char *text, gsize len)
{
  TstNode *node = g_new0 (TstNode, 1);
  node->kind = kind;
  node->owner = parser->owner;
  node->line = line_of (parser, at);
  node->text = g_strndup (text, len);
  return node;
}

/* Indentation is for the template's author: outside <pre>, blanks with a line end in them become one line end. */
static char *
squeeze (const char *text, gsize len)
{
  GString *out = g_string_sized_new (len);
  gsize i = 0;
  while (i < len)
    {
      gsize run = 0;
      gboolean line_end = FALSE;
      while (i + run < len && strchr (" \t\r\n", text[i + run]) != NULL && text[i + run] != '\0')
        line_end = text[i + run++] == '\n' || line_end;
      if (run > 0 && line_end)
        g_string_append_c (out, '\n');
      else
        g_string_append_len (out, text + i, run);
      i += run;
      if (i < len)
        g_string_append_c (out, text[i++]);
    }
  return g_string_free (out, FALSE);
}

static gboolean
parse_text (Parser *parser, const char *text, gsize len, GPtrArray *nodes, GError **error)
{
  g_autofree char *why = NULL;
  gsize at = 0;
  gboolean before_pre = parser->guard.pre > 0;

  if (len == 0)
    return TRUE;
  if (!tst_html_guard_feed (&parser->guard, text, len, &at, &why))
    return refuse (parser, text + at, error, "%s", why);
  TstNode *node = node_new (parser, TST_NODE_TEXT, text, text, len);
  if (!before_pre && parser->guard.pre == 0 && strstr (node->text, "<pre") == NULL)
    {
      g_free (node->text);
      node->text = squeeze (text, len);
    }
  g_ptr_array_add (nodes, node);
  return TRUE;
}

static gboolean
valid_name (const char *name)
{
  if (*name == '\0')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_')
      return FALSE;
  return TRUE;
}

static gboolean
parse_path (Parser *parser, const char *at, TstArg *arg, const char *word, GError **error)
{
  arg->from_root = word[0] == '@';
  if (arg->from_root)
    word++;
  if (*word == '\0' || g_str_equal (word, "."))
    {
      arg->names = g_new0 (char *, 1);
      return TRUE;
    }
  arg->names = g_strsplit (word, ".", -1);
  for (guint i = 0; arg->names[i] != NULL; i++)
    if (!valid_name (arg->names[i]))
      return refuse (parser, at, error, "“%s” is no name", word);
  return TRUE;
}

/* Splits at blanks; "…" is one word and keeps its first quote, by which a literal is known. */
static GPtrArray *
split_words (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  for (const char *p = text; *p != '\0';)
    {
      const char *end;
      if (g_ascii_isspace (*p))
        {
          p++;
          continue;
        }
      if (*p == '"')
        {
          end = strchr (p + 1, '"');
          if (end == NULL)
            end = p + strlen (p);
          g_ptr_array_add (words, g_strndup (p, end - p));
          p = *end == '"' ? end + 1 : end;
          continue;
        }
      for (end = p; *end != '\0' && !g_ascii_isspace (*end); end++)
        ;
      g_ptr_array_add (words, g_strndup (p, end - p));
      p = end;
    }
  return words;
}

/* "name", or "filter arg…" */
static gboolean
parse_call (Parser *parser, const char *at, TstNode *node, const char *inner, GError **error)
{
  g_autoptr (GPtrArray) words = split_words (inner);
  guint first = 0;

  if (words->len == 0)
    return refuse (parser, at, error, "an empty tag");
  if (words->len > 1)
    {
      const char *name = g_ptr_array_index (words, 0);
      node->filter = tst_template_filter_find (name);
      if (node->filter == NULL)
        return refuse (parser, at, error, "there is no filter “%s”", name);
      first = 1;
    }
  else if (node->kind == TST_NODE_VALUE)
    node->filter = tst_template_filter_find ("text");
  if (node->filter != NULL
      && (words->len - first < node->filter->min_args || words->len - first > node->filter->max_args))
    return refuse (parser, at, error, "“%s” takes %u to %u arguments", node->filter->name,
                   node->filter->min_args, node->filter->max_args);
  if (node->filter != NULL
      && (node->kind == TST_NODE_SECTION) != ((node->filter->places & TST_FILTER_PREDICATE) != 0))
    return refuse (parser, at, error, "“%s” has no place in this kind of tag", node->filter->name);
  for (guint i = first; i < words->len; i++)
    {
      const char *word = g_ptr_array_index (words, i);
      TstArg *arg = &node->args[node->n_args++];
      if (word[0] == '"')
        arg->literal = g_strdup (word + 1);
      else if (!parse_path (parser, at, arg, word, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_place (Parser *parser, const char *at, TstNode *node, GError **error)
{
  TstHtmlGuard *guard = &parser->guard;
  TstFilterPlaces asked = 0;

  if (guard->state == TST_HTML_DATA)
    asked = TST_FILTER_TEXT;
  else if (guard->state == TST_HTML_ATTR_VALUE)
    switch (guard->url)
      {
      case TST_HTML_URL_NONE:
        asked = TST_FILTER_TEXT;
        break;
      case TST_HTML_URL_EMPTY:
        asked = TST_FILTER_URL;
        break;
      case TST_HTML_URL_SAFE:
        asked = TST_FILTER_URL_PART;
        break;
      case TST_HTML_URL_MIXED:
        return refuse (parser, at, error,
                       "a value cannot stand here: the address does not begin with '/', '?' or '#'");
      default:
        g_assert_not_reached ();
      }
  else
    return refuse (parser, at, error, "a value may stand between tags and in quoted attributes only");
  if ((node->filter->places & asked) == 0)
    return refuse (parser, at, error, "“%s” is not for this place (%s)", node->filter->name,
                   asked == TST_FILTER_TEXT  ? "text"
                   : asked == TST_FILTER_URL ? "the start of an address: url"
                                             : "inside an address: urlpart");
  tst_html_guard_wrote (guard);
  return TRUE;
}

static gboolean parse_nodes (Parser *parser, GPtrArray *nodes, TstNode *section, GError **error);

static gboolean
parse_section (Parser *parser, const char *at, TstNode *node, const char *inner, GError **error)
{
  TstHtmlGuard before;

  tst_html_guard_pause (&parser->guard);
  before = parser->guard;
  node->inverted = inner[0] == '^';
  if (!parse_call (parser, at, node, inner + 1, error))
    return FALSE;
  node->children = g_ptr_array_new_with_free_func (node_free);
  if (!parse_nodes (parser, node->children, node, error))
    return FALSE;
  if (!tst_html_guard_join (&parser->guard, &before))
    return refuse (parser, at, error, "the section “%s” does not end in the place where it begins", inner);
  return TRUE;
}

static gboolean
parse_partial (Parser *parser, const char *at, TstNode *node, const char *inner, GError **error)
{
  g_autoptr (GPtrArray) words = split_words (inner + 1);
  if (words->len < 1 || words->len > 2)
    return refuse (parser, at, error, "a partial takes its name and at most one value");
  if (parser->guard.state != TST_HTML_DATA)
    return refuse (parser, at, error, "a partial may stand between tags only");
  g_free (node->text);
  node->text = g_strdup (g_ptr_array_index (words, 0));
  if (words->len == 1)
    return TRUE;
  node->n_args = 1;
  return parse_path (parser, at, &node->args[0], g_ptr_array_index (words, 1), error);
}

#define SCRIPT "script "

/* A name of ours, written in the template: never a value, so that no model can say what runs. */
static gboolean
parse_script (Parser *parser, const char *at, TstNode *node, const char *inner, GError **error)
{
  const char *name = inner + strlen (SCRIPT);
  gsize len = strlen (name);
  gsize plain = strspn (name + 1, "abcdefghijklmnopqrstuvwxyz0123456789-.");

  if (parser->guard.state != TST_HTML_DATA)
    return refuse (parser, at, error, "a script may stand between tags only");
  if (len < 6 || name[0] != '"' || plain != len - 2 || name[len - 1] != '"' || !g_str_has_suffix (name, ".js\""))
    return refuse (parser, at, error, "a script is named by one asset, in quotes: script \"name.js\"");
  g_free (node->text);
  node->text = g_strndup (name + 1, len - 2);
  return TRUE;
}

static gboolean
closes (const TstNode *section, const char *name)
{
  const char *text = section->text + 1;
  gsize word;
  while (g_ascii_isspace (*text))
    text++;
  word = strcspn (text, " ");
  return g_str_equal (text, name) || (strlen (name) == word && strncmp (text, name, word) == 0);
}

static gboolean
parse_nodes (Parser *parser, GPtrArray *nodes, TstNode *section, GError **error)
{
  while (TRUE)
    {
      const char *open = strstr (parser->at, "{{");
      const char *close = open != NULL ? strstr (open, "}}") : NULL;
      if (!parse_text (parser, parser->at, open != NULL ? (gsize)(open - parser->at) : strlen (parser->at),
                       nodes, error))
        return FALSE;
      if (open == NULL)
        {
          parser->at += strlen (parser->at);
          if (section != NULL)
            return refuse (parser, parser->at, error, "the section “%s” of line %u is not closed",
                           section->text, section->line);
          return TRUE;
        }
      if (close == NULL)
        return refuse (parser, open, error, "a tag is not closed");
      parser->at = close + 2;
      g_autofree char *inner = g_strstrip (g_strndup (open + 2, close - open - 2));
      if (inner[0] == '!')
        continue;
      if (inner[0] == '/')
        {
          if (section == NULL || !closes (section, g_strstrip (inner + 1)))
            return refuse (parser, open, error, "“%s” closes what is not open", inner);
          tst_html_guard_pause (&parser->guard);
          return TRUE;
        }
      TstNodeKind kind = inner[0] == '#' || inner[0] == '^' ? TST_NODE_SECTION
                         : inner[0] == '>'                  ? TST_NODE_PARTIAL
                         : g_str_has_prefix (inner, SCRIPT) ? TST_NODE_SCRIPT
                                                            : TST_NODE_VALUE;
      TstNode *node = node_new (parser, kind, open, inner, strlen (inner));
      g_ptr_array_add (nodes, node);
      switch (kind)
        {
        case TST_NODE_SECTION:
          if (!parse_section (parser, open, node, inner, error))
            return FALSE;
          break;
        case TST_NODE_PARTIAL:
          if (!parse_partial (parser, open, node, inner, error))
            return FALSE;
          break;
        case TST_NODE_VALUE:
          if (!parse_call (parser, open, node, inner, error) || !check_place (parser, open, node, error))
            return FALSE;
          break;
        case TST_NODE_SCRIPT:
          if (!parse_script (parser, open, node, inner, error))
            return FALSE;
          break;
        case TST_NODE_TEXT:
        default:
          g_assert_not_reached ();
        }
    }
}

gboolean
tst_template_set_add (TstTemplateSet *self, const char *name, const char *text, GError **error)
{
  g_autoptr (TstTemplate) template = g_new0 (TstTemplate, 1);
  Parser parser = { template, text, text };

  g_return_val_if_fail (!self->linked, FALSE);
  template->name = g_strdup (name);
  template->nodes = g_ptr_array_new_with_free_func (node_free);
  if (!g_utf8_validate (text, -1, NULL))
    return refuse (&parser, text, error, "not UTF-8");
  if (!parse_nodes (&parser, template->nodes, NULL, error))
    return FALSE;
  if (parser.guard.state != TST_HTML_DATA)
    return refuse (&parser, parser.at, error, "the file ends inside a tag");
  if (g_hash_table_contains (self->templates, name))
    return refuse (&parser, text, error, "there are two templates of this name");
  char *key = template->name;
  g_hash_table_insert (self->templates, key, g_steal_pointer (&template));
  return TRUE;
}

static gboolean link_template (TstTemplateSet *self, TstTemplate *template, GError **error);

static gboolean
link_nodes (TstTemplateSet *self, GPtrArray *nodes, GError **error)
{
  for (guint i = 0; i < nodes->len; i++)
    {
      TstNode *node = g_ptr_array_index (nodes, i);
      if (node->children != NULL && !link_nodes (self, node->children, error))
        return FALSE;
      if (node->kind != TST_NODE_PARTIAL)
        continue;
      node->partial = g_hash_table_lookup (self->templates, node->text);
      if (node->partial == NULL || node->partial->visit == 1)
        {
          g_set_error (
              error, TST_ERROR, TST_ERROR_BAD_VALUE, "%s.html:%u: %s “%s”", node->owner->name, node->line,
              node->partial == NULL ? "there is no template" : "a template within itself:", node->text);
          return FALSE;
        }
      if (!link_template (self, node->partial, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
link_template (TstTemplateSet *self, TstTemplate *template, GError **error)
{
  if (template->visit == 2)
    return TRUE;
  template->visit = 1;
  if (!link_nodes (self, template->nodes, error))
    return FALSE;
  template->visit = 2;
  return TRUE;
}

gboolean
tst_template_set_link (TstTemplateSet *self, GError **error)
{
  GHashTableIter iter;
  gpointer template;
  g_hash_table_iter_init (&iter, self->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    if (!link_template (self, template, error))
      return FALSE;
  self->linked = TRUE;
  return TRUE;
}
