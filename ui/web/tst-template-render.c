/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/tst-error.h"
#include "web/tst-template-private.h"

typedef struct
{
  guint reached;
  guint found; /* one bit an argument */
} Seen;

struct _TstTemplateCoverage
{
  GHashTable *seen; /* TstNode → Seen */
};

/* Rendering */

typedef struct
{
  GString *out;
  GString *scratch;
  JsonNode *root;
  const TstTemplateEnv *env;
  TstTemplateCoverage *coverage;
} Render;

/* One escape for every place: double-quoted attributes and text. Marks that turn the direction of what follows, and
 * control characters, do not come out; the record keeps them as they were typed. */
static void
append_escaped (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *p = valid != NULL ? valid : text;

  while (*p != '\0')
    {
      gsize plain = strcspn (
          p, "&<>\"'`"
             "\302\330\342\001\002\003\004\005\006\007\010\013\014\016\017\020\021\022\023\024\025\026\027"
             "\030\031\032\033\034\035\036\037\177");
      g_string_append_len (out, p, plain);
      p += plain;
      if (*p == '\0')
        break;
      gunichar c = g_utf8_get_char (p);
      const char *next = g_utf8_next_char (p);
      switch (c)
        {
        case '&':
          g_string_append (out, "&amp;");
          break;
        case '<':
          g_string_append (out, "&lt;");
          break;
        case '>':
          g_string_append (out, "&gt;");
          break;
        case '"':
          g_string_append (out, "&quot;");
          break;
        case '\'':
          g_string_append (out, "&#39;");
          break;
        case '`':
          g_string_append (out, "&#96;");
          break;
        default:
          if (!(c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029))
            g_string_append_len (out, p, next - p);
          break;
        }
      p = next;
    }
}

static JsonNode *
look_up (const Render *render, JsonNode *here, const TstArg *arg, gboolean *found)
{
  JsonNode *node = arg->from_root ? render->root : here;
  for (guint i = 0; arg->names[i] != NULL && node != NULL; i++)
    node = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (json_node_get_object (node), arg->names[i])
                                         : NULL;
  *found = node != NULL;
  return node;
}

static void
resolve (Render *render, JsonNode *here, const TstNode *node, TstFilterArg *args)
{
  Seen *seen = NULL;
  if (render->coverage != NULL)
    {
      seen = g_hash_table_lookup (render->coverage->seen, node);
      if (seen == NULL)
        {
          seen = g_new0 (Seen, 1);
          g_hash_table_insert (render->coverage->seen, (gpointer)node, seen);
        }
      seen->reached++;
    }
  for (guint i = 0; i < node->n_args; i++)
    {
      gboolean found = TRUE;
      args[i].literal = node->args[i].literal;
      args[i].node = args[i].literal == NULL ? look_up (render, here, &node->args[i], &found) : NULL;
      if (seen != NULL && found)
        seen->found |= 1u << i;
    }
}

static gboolean
truthy (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (JSON_NODE_HOLDS_ARRAY (node))
    return json_array_get_length (json_node_get_array (node)) > 0;
  if (JSON_NODE_HOLDS_VALUE (node))
    {
      if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        return json_node_get_boolean (node);
      if (json_node_get_value_type (node) == G_TYPE_STRING)
        return *json_node_get_string (node) != '\0';
    }
  return TRUE; /* objects, and numbers: a nought is a figure too */
}

static void
append_script (Render *render, const char *name)
{
  const TstTemplateEnv *env = render->env;
  const char *etag = env->asset_etag != NULL ? env->asset_etag (name) : NULL;

  g_string_append_printf (render->out, "<script type=\"module\" src=\"/estatico/%s", name);
  if (etag != NULL)
    g_string_append_printf (render->out, "?v=%s", etag);
  g_string_append (render->out, "\"></script>");
}

static void render_nodes (Render *render, GPtrArray *nodes, JsonNode *here);

static void
render_section (Render *render, const TstNode *node, JsonNode *here)
{
  TstFilterArg args[TST_TEMPLATE_MAX_ARGS] = { 0 };
  gboolean yes;

  resolve (render, here, node, args);
  yes = node->filter != NULL ? node->filter->apply (NULL, args, node->n_args, render->env)
                             : truthy (args[0].node);
  if (yes == node->inverted)
    return;
  if (node->inverted || node->filter != NULL)
    render_nodes (render, node->children, here);
  else if (JSON_NODE_HOLDS_ARRAY (args[0].node))
    {
      JsonArray *array = json_node_get_array (args[0].node);
      for (guint i = 0; i < json_array_get_length (array); i++)
        render_nodes (render, node->children, json_array_get_element (array, i));
    }
  else
    render_nodes (render, node->children, JSON_NODE_HOLDS_OBJECT (args[0].node) ? args[0].node : here);
}

static void
render_nodes (Render *render, GPtrArray *nodes, JsonNode *here)
{
  for (guint i = 0; i < nodes->len; i++)
    {
      const TstNode *node = g_ptr_array_index (nodes, i);
      TstFilterArg args[TST_TEMPLATE_MAX_ARGS] = { 0 };
      switch (node->kind)
        {
        case TST_NODE_TEXT:
          g_string_append (render->out, node->text);
          break;
        case TST_NODE_VALUE:
          resolve (render, here, node, args);
          g_string_truncate (render->scratch, 0);
          node->filter->apply (render->scratch, args, node->n_args, render->env);
          append_escaped (render->out, render->scratch->str);
          break;
        case TST_NODE_SCRIPT:
          append_script (render, node->text);
          break;
        case TST_NODE_SECTION:
          render_section (render, node, here);
          break;
        case TST_NODE_PARTIAL:
          resolve (render, here, node, args);
          if (node->n_args == 0)
            render_nodes (render, node->partial->nodes, here);
          else if (truthy (args[0].node))
            render_nodes (render, node->partial->nodes, args[0].node);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

GBytes *
tst_template_set_render (TstTemplateSet *self, const char *name, JsonNode *root, const TstTemplateEnv *env,
                         TstTemplateCoverage *coverage, GError **error)
{
  TstTemplate *template = g_hash_table_lookup (self->templates, name);
  g_return_val_if_fail (self->linked, NULL);
  if (template == NULL)
    {
      g_set_error (error, TST_ERROR, TST_ERROR_NOT_FOUND, "There is no page template “%s”.", name);
      return NULL;
    }
  Render render = { g_string_sized_new (16384), g_string_sized_new (256), root, env, coverage };
  render_nodes (&render, template->nodes, root);
  g_string_free (render.scratch, TRUE);
  return g_string_free_to_bytes (render.out);
}

/* Coverage */

TstTemplateCoverage *
tst_template_coverage_new (void)
{
  TstTemplateCoverage *self = g_new0 (TstTemplateCoverage, 1);
  self->seen = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
tst_template_coverage_free (TstTemplateCoverage *self)
{
  g_hash_table_unref (self->seen);
  g_free (self);
}

static void
report_nodes (TstTemplateCoverage *self, GPtrArray *nodes, GPtrArray *report)
{
  for (guint i = 0; i < nodes->len; i++)
    {
      TstNode *node = g_ptr_array_index (nodes, i);
      Seen *seen = g_hash_table_lookup (self->seen, node);
      if (node->kind == TST_NODE_TEXT || node->kind == TST_NODE_SCRIPT)
        continue;
      if (seen == NULL)
        {
          /* One line for the section, not one for each tag in it. */
          g_ptr_array_add (report, g_strdup_printf ("%s.html:%03u: {{%s}} is reached by no example model",
                                                    node->owner->name, node->line, node->text));
          continue;
        }
      for (guint a = 0; a < node->n_args; a++)
        if ((seen->found & (1u << a)) == 0)
          {
            g_autofree char *path = g_strjoinv (".", node->args[a].names);
            g_ptr_array_add (report, g_strdup_printf ("%s.html:%03u: no example model has “%s”",
                                                      node->owner->name, node->line, path));
          }
      if (node->children != NULL)
        report_nodes (self, node->children, report);
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
tst_template_coverage_report (TstTemplateCoverage *self, TstTemplateSet *set)
{
  GPtrArray *report = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer template;
  g_hash_table_iter_init (&iter, set->templates);
  while (g_hash_table_iter_next (&iter, NULL, &template))
    report_nodes (self, ((TstTemplate *)template)->nodes, report);
  g_ptr_array_sort (report, compare_lines);
  return report;
}
