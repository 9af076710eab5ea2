/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "form/tst-interview-private.h"

#include "base/tst-error.h"

#include <sodium.h>
#include <string.h>

/* The answers as a document that XPath can look at, and beside it as a tree of our own. */

/* --- expressions --- */

void
_tst_question_rules_free (gpointer data)
{
  TstQuestionRules *rules = data;

  g_clear_pointer (&rules->relevant, tst_expression_free);
  g_clear_pointer (&rules->constraint, tst_expression_free);
  g_clear_pointer (&rules->calculation, tst_expression_free);
  g_clear_pointer (&rules->required, tst_expression_free);
  g_clear_pointer (&rules->read_only, tst_expression_free);
  g_clear_pointer (&rules->choice_filter, tst_expression_free);
  g_clear_pointer (&rules->repeat_count, tst_expression_free);
  g_clear_pointer (&rules->default_value, tst_expression_free);
  g_free (rules->kinds);
  g_free (rules);
}

static gboolean
compile (TstInterview *self, const TstQuestion *question, const char *text, TstExpression **expression, GError **error)
{
  if (text == NULL)
    return TRUE;
  *expression = tst_expression_new (self->form, text, error);
  if (*expression == NULL)
    g_prefix_error (error, "%s: ", question->name);
  return *expression != NULL;
}

static gboolean
compile_question (TstInterview *self, const TstQuestion *question, GError **error)
{
  TstQuestionRules *rules = g_new0 (TstQuestionRules, 1);

  g_hash_table_insert (self->rules, (gpointer) question, rules);
  if (!compile (self, question, question->relevant, &rules->relevant, error)
      || !compile (self, question, question->constraint, &rules->constraint, error)
      || !compile (self, question, question->calculation, &rules->calculation, error)
      || !compile (self, question, question->required, &rules->required, error)
      || !compile (self, question, question->read_only, &rules->read_only, error)
      || !compile (self, question, question->choice_filter, &rules->choice_filter, error)
      || !compile (self, question, question->repeat_count, &rules->repeat_count, error)
      || !compile (self, question, question->default_value, &rules->default_value, error))
    return FALSE;
  for (guint i = 0; question->children != NULL && i < question->children->len; i++)
    if (!compile_question (self, question->children->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
_tst_interview_compile (TstInterview *self, GError **error)
{
  return compile_question (self, self->form->root, error);
}

TstQuestionRules *
_tst_interview_rules (TstInterview *self, const TstQuestion *question)
{
  return g_hash_table_lookup (self->rules, question);
}

/* --- answers --- */

const char *
_tst_answer_text (const TstAnswer *answer)
{
  const xmlNode *text = answer->node->children;

  return answer->children == NULL && text != NULL && text->content != NULL ? (const char *) text->content : "";
}

static void
wipe_text (xmlNodePtr node)
{
  if (node->children != NULL && node->children->type == XML_TEXT_NODE && node->children->content != NULL)
    sodium_memzero (node->children->content, strlen ((const char *) node->children->content));
}

/* What a person typed may hold what XML cannot: control characters go. */
static char *
clean (const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0xfffe && c != 0xffff))
        g_string_append_unichar (out, c);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
_tst_answer_put (TstAnswer *answer, const char *text)
{
  g_autofree char *cleaned = g_utf8_validate (text, -1, NULL) ? clean (text) : g_strdup ("");
  xmlNodePtr child;

  if (strcmp (_tst_answer_text (answer), cleaned) == 0)
    return FALSE;
  wipe_text (answer->node);
  while ((child = answer->node->children) != NULL)
    {
      xmlUnlinkNode (child);
      xmlFreeNode (child);
    }
  if (*cleaned != '\0')
    xmlAddChild (answer->node, xmlNewText ((const xmlChar *) cleaned));
  return TRUE;
}

void
_tst_answer_free (gpointer data)
{
  TstAnswer *self = data;

  /* Children first: their nodes go with the parent's. */
  g_clear_pointer (&self->children, g_ptr_array_unref);
  wipe_text (self->node);
  if (self->kept != NULL)
    sodium_memzero (self->kept, strlen (self->kept));
  g_free (self->kept);
  self->node->_private = NULL;
  xmlUnlinkNode (self->node);
  xmlFreeNode (self->node);
  g_free (self);
}

TstAnswer *
_tst_interview_build (TstInterview *self, TstAnswer *parent, const TstQuestion *question, xmlNodePtr parent_node, xmlNodePtr before)
{
  TstAnswer *answer = g_new0 (TstAnswer, 1);

  answer->question = question;
  answer->parent = parent;
  answer->asked = TRUE;
  answer->node = xmlNewNode (NULL, (const xmlChar *) (*question->name != '\0' ? question->name : "data"));
  answer->node->_private = answer;
  if (parent_node == NULL)
    xmlDocSetRootElement (self->doc, answer->node);
  else if (before != NULL)
    xmlAddPrevSibling (before, answer->node);
  else
    xmlAddChild (parent_node, answer->node);
  if (question->children != NULL)
    {
      answer->children = g_ptr_array_new_with_free_func (_tst_answer_free);
      for (guint i = 0; i < question->children->len; i++)
        {
          const TstQuestion *child = question->children->pdata[i];

          /* A repeat begins with one entry, as in ODK Collect, unless the form counts them. */
          if (child->type != TST_QUESTION_REPEAT || child->repeat_count == NULL)
            g_ptr_array_add (answer->children, _tst_interview_build (self, answer, child, answer->node, NULL));
        }
    }
  return answer;
}

static void
index_answer (TstInterview *self, TstAnswer *answer)
{
  GPtrArray *nodes = g_hash_table_lookup (self->nodes, answer->question);

  if (nodes == NULL)
    {
      nodes = g_ptr_array_new ();
      g_hash_table_insert (self->nodes, (gpointer) answer->question, nodes);
    }
  g_ptr_array_add (nodes, answer->node);
  for (guint i = 0; answer->children != NULL && i < answer->children->len; i++)
    index_answer (self, answer->children->pdata[i]);
}

void
_tst_interview_index (TstInterview *self)
{
  g_hash_table_remove_all (self->nodes);
  index_answer (self, self->root);
}

/* --- what expressions see --- */

static gboolean
is_around (const TstQuestion *outer, const TstQuestion *inner)
{
  for (const TstQuestion *q = inner; q != NULL; q = q->parent)
    if (q == outer)
      return TRUE;
  return FALSE;
}

/* The entry of the innermost repeat that @from and @question share. NULL: they share none. */
static xmlNodePtr
shared_entry (xmlNodePtr from, const TstQuestion *question)
{
  for (xmlNodePtr at = from; at != NULL && at->type == XML_ELEMENT_NODE; at = at->parent)
    {
      TstAnswer *answer = at->_private;

      if (answer != NULL && answer->question->type == TST_QUESTION_REPEAT && answer->question != question
          && is_around (answer->question, question))
        return at;
    }
  return NULL;
}

static gboolean
is_inside (xmlNodePtr node, xmlNodePtr around)
{
  for (; node != NULL; node = node->parent)
    if (node == around)
      return TRUE;
  return FALSE;
}

GPtrArray *
_tst_interview_nodes (gpointer interview, const TstQuestion *question, xmlNodePtr from)
{
  TstInterview *self = interview;
  GPtrArray *all = g_hash_table_lookup (self->nodes, question);
  xmlNodePtr entry = from != NULL ? shared_entry (from, question) : NULL;
  GPtrArray *some;

  if (all == NULL || entry == NULL)
    return all != NULL ? g_ptr_array_ref (all) : g_ptr_array_new ();
  some = g_ptr_array_new ();
  for (guint i = 0; i < all->len; i++)
    if (is_inside (all->pdata[i], entry))
      g_ptr_array_add (some, all->pdata[i]);
  return some;
}

static void
add_column (xmlNodePtr item, const char *name, const char *text)
{
  if (xmlValidateNCName ((const xmlChar *) name, 0) == 0)
    xmlNewTextChild (item, NULL, (const xmlChar *) name, (const xmlChar *) text);
}

xmlNodePtr
_tst_interview_instance (gpointer interview, const char *name)
{
  TstInterview *self = interview;
  const TstChoiceList *list = tst_form_find_list (self->form, name);
  xmlDocPtr doc = g_hash_table_lookup (self->instances, name);
  xmlNodePtr top, root;

  if (list == NULL)
    return NULL;
  if (doc != NULL)
    return xmlDocGetRootElement (doc);
  doc = xmlNewDoc ((const xmlChar *) "1.0");
  top = xmlNewNode (NULL, (const xmlChar *) "instance");
  xmlDocSetRootElement (doc, top);
  root = xmlNewChild (top, NULL, (const xmlChar *) "root", NULL);
  for (guint i = 0; i < list->choices->len; i++)
    {
      const TstChoice *choice = list->choices->pdata[i];
      xmlNodePtr item = xmlNewChild (root, NULL, (const xmlChar *) "item", NULL);
      const char *label = tst_form_words (self->form, choice->label, self->view.language);
      GHashTableIter iter;
      gpointer key, value;

      item->_private = (gpointer) choice;
      add_column (item, "name", choice->name);
      add_column (item, "label", label != NULL ? label : choice->name);
      if (choice->columns != NULL)
        {
          g_hash_table_iter_init (&iter, choice->columns);
          while (g_hash_table_iter_next (&iter, &key, &value))
            add_column (item, key, value);
        }
    }
  g_hash_table_insert (self->instances, g_strdup (name), doc);
  return top;
}
