/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "central/tst-forms.h"
#include "central/tst-public-private.h"
#include "record/tst-body.h"

#include <string.h>

/* What people wrote, said and photographed in questionnaires, question by question. Figures are public (tst-public-surveys.c); words are for whoever
 * moderates. Each stands alone, words in the order of the alphabet and voices in that of their hashes: the third under one question is not the
 * third under the next, and what one person answered is not put together again here. */

#define PAGE_SIZE 500 /* answers to a form */

typedef struct
{
  TstDeskCall *call;
  TstForm *form;
  gint64 page, pages; /* from 1 */
  GHashTable *questions; /* name → JsonObject of the model */
} Turn;

static gboolean
is_words (const TstQuestion *question)
{
  return !question->sensitive && question->calculation == NULL
         && (question->type == TST_QUESTION_TEXT || question->type == TST_QUESTION_IMAGE || question->type == TST_QUESTION_AUDIO);
}

/* The object of a question, made when it first has an answer. */
static JsonObject *
take_question (Turn *turn, const TstQuestion *question)
{
  JsonObject *one = g_hash_table_lookup (turn->questions, question->name);
  const char *label;

  if (one)
    return one;
  label = tst_form_words (turn->form, question->label, tst_form_language (turn->form, "es"));
  one = json_object_new ();
  json_object_set_string_member (one, "label", label ? label : question->name);
  json_object_set_array_member (one, "texts", json_array_new ());
  json_object_set_array_member (one, "voices", json_array_new ());
  json_object_set_int_member (one, "photos", 0);
  g_hash_table_insert (turn->questions, question->name, one);
  return one;
}

static void
add_texts (Turn *turn, JsonObject *answers)
{
  g_autoptr (GList) names = json_object_get_members (answers);

  for (GList *l = names; l; l = l->next)
    {
      const TstQuestion *question = tst_form_find (turn->form, l->data);
      JsonArray *entries = question && question->type == TST_QUESTION_REPEAT ? tst_json_array (answers, l->data) : NULL;
      const char *text = question && question->type == TST_QUESTION_TEXT && is_words (question) ? tst_json_string (answers, l->data) : NULL;

      for (guint i = 0; entries && i < json_array_get_length (entries); i++)
        if (JSON_NODE_HOLDS_OBJECT (json_array_get_element (entries, i)))
          add_texts (turn, json_array_get_object_element (entries, i));
      if (text && *text)
        json_array_add_string_element (json_object_get_array_member (take_question (turn, question), "texts"), text);
    }
}

static void
add_media (Turn *turn, const char *id, JsonObject *content)
{
  JsonArray *list = tst_json_array (content, "attachments");

  for (guint i = 0; list && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *hex = one ? tst_json_string (one, "sha256") : NULL;
      const TstQuestion *question = one && tst_json_string (one, "question") ? tst_form_find (turn->form, tst_json_string (one, "question")) : NULL;
      TstHash sha256;

      if (!question || !is_words (question) || !hex || !tst_hash_from_hex (hex, &sha256))
        continue;
      JsonObject *shown = take_question (turn, question);
      if (g_strcmp0 (tst_json_string (one, "what"), "voice") == 0)
        json_array_add_object_element (json_object_get_array_member (shown, "voices"), tst_desk_voice_shape (id, hex, one));
      else
        json_object_set_int_member (shown, "photos", tst_json_int (shown, "photos", 0) + 1);
    }
}

static gboolean
add_answers (TstStore *store, Turn *turn, GError **error)
{
  gboolean row = FALSE;
  g_autoptr (TstStatement) list = tst_public_query (
    store, error,
    "SELECT id, content FROM item WHERE kind = 'survey' AND state = 'pending' AND json_extract (content, '$.form') = ?1 COLLATE NOCASE"
    " ORDER BY text_hash LIMIT ?2 OFFSET ?3",
    "sii", turn->form->code, (gint64) PAGE_SIZE, (turn->page - 1) * PAGE_SIZE);

  if (!list)
    return FALSE;
  for (;;)
    {
      g_autoptr (JsonObject) content = NULL;

      if (!tst_statement_step (list, &row, error))
        return FALSE;
      if (!row)
        return TRUE;
      content = tst_statement_text (list, 1) ? tst_json_parse_object (tst_statement_text (list, 1), -1, NULL) : NULL;
      if (!content)
        continue;
      if (tst_json_object (content, "answers"))
        add_texts (turn, tst_json_object (content, "answers"));
      add_media (turn, tst_statement_text (list, 0), content);
    }
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (json_node_get_string (*(JsonNode *const *) a), json_node_get_string (*(JsonNode *const *) b));
}

/* By the hash, with which the address ends. */
static int
compare_voices (gconstpointer a, gconstpointer b)
{
  return strcmp (strrchr (tst_json_string (json_node_get_object (*(JsonNode *const *) a), "src"), '/'),
                 strrchr (tst_json_string (json_node_get_object (*(JsonNode *const *) b), "src"), '/'));
}

static void
sort (JsonObject *question, const char *name, GCompareFunc compare)
{
  g_autoptr (GList) list = json_array_get_elements (json_object_get_array_member (question, name));
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  JsonArray *sorted = json_array_new ();

  for (GList *l = list; l; l = l->next)
    g_ptr_array_add (nodes, l->data);
  g_ptr_array_sort (nodes, compare);
  for (guint i = 0; i < nodes->len; i++)
    json_array_add_element (sorted, json_node_copy (nodes->pdata[i]));
  json_object_set_array_member (question, name, sorted);
}

/* In the form's own order. */
static void
put_questions (Turn *turn, const TstQuestion *within, JsonArray *questions)
{
  for (guint i = 0; within->children && i < within->children->len; i++)
    {
      const TstQuestion *question = within->children->pdata[i];
      JsonObject *one = g_hash_table_lookup (turn->questions, question->name);

      if (one)
        {
          sort (one, "texts", compare_texts);
          sort (one, "voices", compare_voices);
          json_array_add_object_element (questions, json_object_ref (one));
        }
      put_questions (turn, question, questions);
    }
}

/* How many answers there are, and what leads to those that are on other pages. */
static gboolean
put_paging (TstStore *store, Turn *turn, JsonObject *shown, GError **error)
{
  const char *asked = tst_desk_param (turn->call, "pagina");
  JsonObject *paging;
  gint64 total;

  if (!tst_public_count (store, &total, error, "SELECT count (*) FROM item WHERE kind = 'survey' AND state = 'pending'"
                         " AND json_extract (content, '$.form') = ?1 COLLATE NOCASE", "s", turn->form->code))
    return FALSE;
  turn->pages = MAX (1, (total + PAGE_SIZE - 1) / PAGE_SIZE);
  turn->page = CLAMP (asked && tst_desk_param (turn->call, "encuesta") ? g_ascii_strtoll (asked, NULL, 10) : 1, 1, turn->pages);
  json_object_set_int_member (shown, "responses", total);
  if (turn->pages == 1)
    return TRUE;
  paging = json_object_new ();
  json_object_set_int_member (paging, "page", turn->page);
  json_object_set_int_member (paging, "pages", turn->pages);
  for (int step = -1; step <= 1; step += 2)
    if (turn->page + step >= 1 && turn->page + step <= turn->pages)
      {
        g_autofree char *escaped = g_uri_escape_string (turn->form->code, NULL, FALSE);
        g_autofree char *href = g_strdup_printf ("/mesa/encuestas?encuesta=%s&pagina=%" G_GINT64_FORMAT, escaped, turn->page + step);

        json_object_set_string_member (paging, step < 0 ? "prev_href" : "next_href", href);
      }
  json_object_set_object_member (shown, "paging", paging);
  return TRUE;
}

static gboolean
add_form (TstStore *store, TstDeskCall *call, const char *code, JsonArray *forms, GError **error)
{
  g_autoptr (TstForm) form = NULL;
  g_autoptr (GHashTable) questions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) json_object_unref);
  Turn turn = { .call = call, .questions = questions };
  g_autoptr (JsonObject) one = json_object_new ();
  JsonArray *shown;
  const char *title;

  if (!tst_forms_load (store, code, &form, error))
    return FALSE;
  if (!form)
    return TRUE;
  turn.form = form;
  if (!put_paging (store, &turn, one, error) || !add_answers (store, &turn, error))
    return FALSE;
  if (g_hash_table_size (questions) == 0 && turn.pages == 1)
    return TRUE;
  shown = json_array_new ();
  put_questions (&turn, form->root, shown);
  title = tst_form_words (form, form->title, tst_form_language (form, "es"));
  json_object_set_string_member (one, "code", form->code);
  json_object_set_string_member (one, "title", title ? title : form->code);
  json_object_set_array_member (one, "questions", shown);
  json_array_add_object_element (forms, g_steal_pointer (&one));
  return TRUE;
}

static gboolean
list_forms (TstStore *store, gpointer data, GError **error)
{
  TstDeskCall *call = data;
  JsonArray *forms = json_array_new ();
  const char *asked = tst_desk_param (call, "encuesta");
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  gboolean row = FALSE;

  json_object_set_array_member (call->model, "forms", forms);
  {
    g_autoptr (TstStatement) list = tst_public_query (
      store, error, "SELECT DISTINCT lower (json_extract (content, '$.form')) FROM item WHERE kind = 'survey' AND state = 'pending' ORDER BY 1", "");

    if (!list)
      return FALSE;
    for (;;)
      {
        if (!tst_statement_step (list, &row, error))
          return FALSE;
        if (!row)
          break;
        if (tst_statement_text (list, 0))
          g_ptr_array_add (codes, g_strdup (tst_statement_text (list, 0)));
      }
  }
  for (guint i = 0; i < codes->len; i++)
    if ((!asked || g_ascii_strcasecmp (codes->pdata[i], asked) == 0) && !add_form (store, call, codes->pdata[i], forms, error))
      return FALSE;
  return TRUE;
}

void
tst_desk_surveys (TstDeskCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!tst_store_read (tst_central_get_store (call->desk->central), list_forms, call, &error))
    tst_desk_answer_error (call, error);
  else
    tst_desk_answer_page (call, 200, "mesa-encuestas");
}
