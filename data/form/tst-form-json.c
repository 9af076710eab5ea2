/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/tst-error.h"
#include "form/tst-form-resources.h"
#include "form/tst-form.h"
#include "record/tst-body.h"

#include <gio/gio.h>
#include <string.h>

/* A form as JSON: README.md beside this file. A text is a string, or an object with one member a language. */

#define MAX_DEPTH 12

static gboolean
refuse (GError **error, const char *name, const char *why)
{
  g_set_error (error, TST_ERROR, TST_ERROR_BAD_VALUE, "The questionnaire cannot be used: %s: %s.", name, why);
  return FALSE;
}

static gboolean
read_words (TstForm *form, JsonObject *object, const char *member, TstWords *words, GError **error)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      tst_form_set_words (form, words, form->default_language, json_node_get_string (node));
      return TRUE;
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, member, "a text or one text a language is wanted");
  for (guint i = 0; i < form->languages->len; i++)
    {
      const char *text = tst_json_string (json_node_get_object (node), form->languages->pdata[i]);

      if (text != NULL)
        tst_form_set_words (form, words, i, text);
    }
  return TRUE;
}

static char *
read_text (JsonObject *object, const char *member)
{
  const char *text = tst_json_string (object, member);

  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static gboolean
read_question (TstForm *form, TstQuestion *parent, JsonObject *object, guint depth, GError **error);

static gboolean
read_children (TstForm *form, TstQuestion *parent, JsonObject *object, guint depth, GError **error)
{
  JsonArray *children = tst_json_array (object, "questions");

  if (depth > MAX_DEPTH)
    return refuse (error, parent->name, "groups are nested too deeply");
  for (guint i = 0; children != NULL && i < json_array_get_length (children); i++)
    {
      JsonNode *node = json_array_get_element (children, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        return refuse (error, parent->name, "a question is not an object");
      if (!read_question (form, parent, json_node_get_object (node), depth + 1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_question (TstForm *form, TstQuestion *parent, JsonObject *object, guint depth, GError **error)
{
  const char *type_name = tst_json_string (object, "type");
  const char *name = tst_json_string (object, "name");
  TstQuestionType type;
  TstQuestion *question;

  if (name == NULL || *name == '\0')
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The questionnaire cannot be used: a question has no name.");
      return FALSE;
    }
  if (!tst_question_type_parse (type_name, &type))
    return refuse (error, name, "its type is not known");
  question = tst_question_new (type, name);
  question->list = read_text (object, "list");
  question->relevant = read_text (object, "relevant");
  question->constraint = read_text (object, "constraint");
  question->calculation = read_text (object, "calculation");
  question->required = read_text (object, "required");
  question->read_only = read_text (object, "read_only");
  question->choice_filter = read_text (object, "choice_filter");
  question->repeat_count = read_text (object, "repeat_count");
  question->default_value = read_text (object, "default");
  question->appearance = read_text (object, "appearance");
  question->start = tst_json_double (object, "start", question->start);
  question->end = tst_json_double (object, "end", question->end);
  question->step = tst_json_double (object, "step", question->step);
  question->randomize = tst_json_bool (object, "randomize", FALSE);
  question->sensitive = tst_json_bool (object, "sensitive", FALSE);
  if (!read_words (form, object, "label", &question->label, error) || !read_words (form, object, "hint", &question->hint, error)
      || !read_words (form, object, "constraint_message", &question->constraint_message, error)
      || !read_words (form, object, "required_message", &question->required_message, error))
    {
      tst_question_free (question);
      return FALSE;
    }
  if (!tst_form_add (form, parent, question))
    return refuse (error, name, "two questions have this name");
  if ((type == TST_QUESTION_ONE || type == TST_QUESTION_MULTIPLE || type == TST_QUESTION_RANK)
      && tst_form_find_list (form, question->list) == NULL)
    return refuse (error, name, "its list of choices is missing");
  return question->children == NULL || read_children (form, question, object, depth, error);
}

static gboolean
read_choice (TstForm *form, TstChoiceList *list, JsonObject *object, GError **error)
{
  const char *name = tst_json_string (object, "name");
  g_autoptr (GList) members = json_object_get_members (object);
  TstChoice *choice;

  if (name == NULL || *name == '\0')
    return refuse (error, list->name, "a choice has no name");
  choice = tst_choice_list_add (list, name);
  if (!read_words (form, object, "label", &choice->label, error))
    return FALSE;
  for (GList *l = members; l != NULL; l = l->next)
    {
      const char *text = tst_json_string (object, l->data);

      if (text == NULL || strcmp (l->data, "name") == 0 || strcmp (l->data, "label") == 0)
        continue;
      if (choice->columns == NULL)
        choice->columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (choice->columns, g_strdup (l->data), g_strdup (text));
    }
  return TRUE;
}

static gboolean
read_lists (TstForm *form, JsonObject *object, GError **error)
{
  JsonObject *lists = tst_json_object (object, "lists");
  g_autoptr (GList) names = lists != NULL ? json_object_get_members (lists) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonArray *choices = tst_json_array (lists, l->data);
      TstChoiceList *list = tst_form_ensure_list (form, l->data);

      for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
        {
          JsonNode *node = json_array_get_element (choices, i);

          if (!JSON_NODE_HOLDS_OBJECT (node))
            return refuse (error, l->data, "a choice is not an object");
          if (!read_choice (form, list, json_node_get_object (node), error))
            return FALSE;
        }
    }
  return TRUE;
}

TstForm *
tst_form_from_json (JsonObject *object, GError **error)
{
  const char *code = tst_json_string (object, "code");
  JsonArray *languages = tst_json_array (object, "languages");
  g_autoptr (TstForm) self = NULL;

  if (code == NULL || *code == '\0')
    {
      g_set_error_literal (error, TST_ERROR, TST_ERROR_MISSING_FIELD, "The questionnaire has no code.");
      return NULL;
    }
  self = tst_form_new (code);
  g_free (self->version);
  self->version = g_strdup (tst_json_string (object, "version") != NULL ? tst_json_string (object, "version") : "");
  for (guint i = 0; languages != NULL && i < json_array_get_length (languages); i++)
    if (JSON_NODE_HOLDS_VALUE (json_array_get_element (languages, i)))
      g_ptr_array_add (self->languages, g_strdup (json_array_get_string_element (languages, i)));
  if (self->languages->len == 0)
    g_ptr_array_add (self->languages, g_strdup ("es"));
  self->default_language = tst_form_language (self, tst_json_string (object, "default_language"));
  self->staff = tst_json_bool (object, "staff", FALSE);
  self->unmarked = tst_json_bool (object, "unmarked", FALSE);
  if (!read_words (self, object, "title", &self->title, error) || !read_words (self, object, "intro", &self->intro, error)
      || !read_lists (self, object, error) || !read_children (self, self->root, object, 0, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- writing --- */

static void
write_words (const TstForm *form, JsonObject *to, const char *member, const TstWords words)
{
  JsonObject *object;

  if (words == NULL)
    return;
  object = json_object_new ();
  for (guint i = 0; i < form->languages->len; i++)
    if (*words[i] != '\0')
      json_object_set_string_member (object, form->languages->pdata[i], words[i]);
  json_object_set_object_member (to, member, object);
}

static void
write_text (JsonObject *to, const char *member, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (to, member, text);
}

static JsonArray *
write_children (const TstForm *form, const TstQuestion *parent)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < parent->children->len; i++)
    {
      const TstQuestion *question = parent->children->pdata[i];
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "type", tst_question_type_name (question->type));
      json_object_set_string_member (object, "name", question->name);
      write_words (form, object, "label", question->label);
      write_words (form, object, "hint", question->hint);
      write_words (form, object, "constraint_message", question->constraint_message);
      write_words (form, object, "required_message", question->required_message);
      write_text (object, "list", question->list);
      write_text (object, "relevant", question->relevant);
      write_text (object, "constraint", question->constraint);
      write_text (object, "calculation", question->calculation);
      write_text (object, "required", question->required);
      write_text (object, "read_only", question->read_only);
      write_text (object, "choice_filter", question->choice_filter);
      write_text (object, "repeat_count", question->repeat_count);
      write_text (object, "default", question->default_value);
      write_text (object, "appearance", question->appearance);
      if (question->type == TST_QUESTION_RANGE)
        {
          json_object_set_double_member (object, "start", question->start);
          json_object_set_double_member (object, "end", question->end);
          json_object_set_double_member (object, "step", question->step);
        }
      if (question->randomize)
        json_object_set_boolean_member (object, "randomize", TRUE);
      if (question->sensitive)
        json_object_set_boolean_member (object, "sensitive", TRUE);
      if (question->children != NULL)
        json_object_set_array_member (object, "questions", write_children (form, question));
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
write_list (const TstForm *form, const TstChoiceList *list)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < list->choices->len; i++)
    {
      const TstChoice *choice = list->choices->pdata[i];
      JsonObject *object = json_object_new ();
      GHashTableIter iter;
      gpointer key, value;

      json_object_set_string_member (object, "name", choice->name);
      write_words (form, object, "label", choice->label);
      if (choice->columns != NULL)
        {
          g_hash_table_iter_init (&iter, choice->columns);
          while (g_hash_table_iter_next (&iter, &key, &value))
            json_object_set_string_member (object, key, value);
        }
      json_array_add_object_element (array, object);
    }
  return array;
}

JsonObject *
tst_form_to_json (const TstForm *self)
{
  JsonObject *object = json_object_new ();
  JsonObject *lists = json_object_new ();
  JsonArray *languages = json_array_new ();
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (self->lists), (GCompareFunc) strcmp);

  json_object_set_string_member (object, "code", self->code);
  json_object_set_string_member (object, "version", self->version);
  for (guint i = 0; i < self->languages->len; i++)
    json_array_add_string_element (languages, self->languages->pdata[i]);
  json_object_set_array_member (object, "languages", languages);
  json_object_set_string_member (object, "default_language", self->languages->pdata[self->default_language]);
  if (self->staff)
    json_object_set_boolean_member (object, "staff", TRUE);
  if (self->unmarked)
    json_object_set_boolean_member (object, "unmarked", TRUE);
  write_words (self, object, "title", self->title);
  write_words (self, object, "intro", self->intro);
  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_array_member (lists, l->data, write_list (self, g_hash_table_lookup (self->lists, l->data)));
  json_object_set_object_member (object, "lists", lists);
  json_object_set_array_member (object, "questions", write_children (self, self->root));
  return object;
}

/* --- the shipped ones --- */

static const char *const shipped_codes[] = { "q1", "q2", "q3", "q4", "q5", "q6", NULL };

const char *const *
tst_form_shipped_codes (void)
{
  return shipped_codes;
}

TstForm *
tst_form_shipped (const char *code)
{
  static gsize once;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  TstForm *form;

  if (code == NULL || !g_strv_contains (shipped_codes, code))
    return NULL;
  /* By hand: a static library's constructor may be left out by the linker. */
  if (g_once_init_enter (&once))
    {
      tst_form_register_resource ();
      g_once_init_leave (&once, 1);
    }
  path = g_strdup_printf ("/co/testigo/form/%s.json", code);
  bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error);
  object = tst_json_parse_object (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
  form = tst_form_from_json (object, &error);
  g_assert_no_error (error);
  return form;
}
