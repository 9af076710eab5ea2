/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "central/tst-desk-call.h"

#include "base/tst-error.h"
#include "central/tst-public-private.h"
#include "model/tst-calendar.h"
#include "model/tst-code-lists.h"
#include "model/tst-personal-data.h"
#include "model/tst-reasons.h"
#include "record/tst-body.h"

#include <string.h>

/* What whoever decides sees of one item. */

#define AMBER_DAYS 5

/* --- due dates --- */

const char *
tst_desk_light (TstDeskCall *call, const char *due_on, int *left)
{
  GDate due, today;

  g_date_clear (&due, 1);
  g_date_clear (&today, 1);
  *left = 0;
  if (!due_on || !tst_date_parse (due_on, &due))
    return NULL;
  tst_date_from_time (call->now_s, call->desk->time_zone, &today);
  *left = tst_calendar_count_working_days (&today, &due);
  return g_date_compare (&due, &today) < 0 ? "late" : *left <= 1 ? "red" : *left <= AMBER_DAYS ? "amber" : "green";
}

void
tst_desk_put_light (TstDeskCall *call, JsonObject *object, const char *due_on)
{
  int left = 0;
  const char *light = tst_desk_light (call, due_on, &left);

  if (!light)
    return;
  json_object_set_string_member (object, "due_on", due_on);
  json_object_set_string_member (object, "light", light);
  json_object_set_int_member (object, "days", ABS (left));
}

/* --- the item --- */

JsonArray *
tst_desk_reasons (void)
{
  JsonArray *list = json_array_new ();
  guint n = 0;
  const TstReason *reasons = tst_reasons (&n);

  for (guint i = 0; i < n; i++)
    if (reasons[i].by_hand)
      {
        JsonObject *one = json_object_new ();

        json_object_set_string_member (one, "code", reasons[i].code);
        json_object_set_string_member (one, "label", reasons[i].es);
        json_array_add_object_element (list, one);
      }
  return list;
}

/* A text with what may be personal data in it set apart, for reading; and whole, for covering. */
static void
add_text (JsonArray *texts, const char *name, const char *label, const char *value)
{
  g_autoptr (GArray) spans = NULL;
  JsonObject *text = NULL;
  JsonArray *parts = NULL;
  gsize at = 0;

  if (!value || !*value)
    return;
  text = json_object_new ();
  parts = json_array_new ();
  spans = tst_personal_find (value);
  for (guint i = 0; i <= spans->len; i++)
    {
      const TstPersonalSpan *span = i < spans->len ? &g_array_index (spans, TstPersonalSpan, i) : NULL;
      gsize end = span ? span->start : strlen (value);

      if (end > at)
        {
          g_autofree char *plain = g_strndup (value + at, end - at);
          JsonObject *part = json_object_new ();

          json_object_set_string_member (part, "text", plain);
          json_array_add_object_element (parts, part);
        }
      if (span)
        {
          g_autofree char *found = g_strndup (value + span->start, span->end - span->start);
          JsonObject *part = json_object_new ();

          json_object_set_string_member (part, "text", found);
          json_object_set_string_member (part, "mark", tst_personal_kind_name (span->kind));
          json_array_add_object_element (parts, part);
          at = span->end;
        }
    }
  json_object_set_string_member (text, "name", name);
  json_object_set_string_member (text, "label", label);
  json_object_set_string_member (text, "value", value);
  json_object_set_boolean_member (text, "suspect", spans->len > 0);
  json_object_set_array_member (text, "parts", parts);
  json_array_add_object_element (texts, text);
}

static void
add_fact (JsonArray *facts, const char *label, const char *value)
{
  JsonObject *fact = NULL;

  if (!value || !*value)
    return;
  fact = json_object_new ();
  json_object_set_string_member (fact, "label", label);
  json_object_set_string_member (fact, "value", value);
  json_array_add_object_element (facts, fact);
}

static void
add_facts (JsonObject *item, JsonObject *content)
{
  static const struct
  {
    const char *name, *label;
    int list; /* -1: as it is */
  } coded[] = {
    { "phase", "Fase", TST_LIST_PHASE },   { "item", "Ítem", TST_LIST_WORK_ITEM },     { "class", "Clase", TST_LIST_CONTRIBUTION_CLASS },
    { "actor", "Sector", TST_LIST_ACTOR },  { "responsible", "Responsable", -1 },       { "name", "Nombre", -1 },
    { "cause_text", "Causa", -1 },         { "provisional_number", "Número", -1 },
    { "outcome", "Resultado", TST_LIST_TURN_OUTCOME },
  };
  static const struct
  {
    const char *name, *label;
  } shares[] = { { "programmed_pct", "Programado" }, { "observed_pct", "Observado" }, { "financial_pct", "Financiero" } };
  JsonArray *facts = json_array_new ();
  JsonObject *place = tst_json_object (content, "place");
  JsonObject *author = tst_json_object (content, "author");

  json_object_set_array_member (item, "facts", facts);
  for (guint i = 0; i < G_N_ELEMENTS (coded); i++)
    {
      const char *value = tst_json_string (content, coded[i].name);

      add_fact (facts, coded[i].label, value && coded[i].list >= 0 ? tst_code_label ((TstCodeList) coded[i].list, value, "es") : value);
    }
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    if (json_object_has_member (content, shares[i].name))
      {
        g_autofree char *text = g_strdup_printf ("%g %%", json_object_get_double_member_with_default (content, shares[i].name, 0));

        add_fact (facts, shares[i].label, text);
      }
  if (tst_json_string (content, "series"))
    {
      g_autofree char *number = g_strdup_printf ("%s-%" G_GINT64_FORMAT, tst_json_string (content, "series"), tst_json_int (content, "turn", 0));

      add_fact (facts, "Turno", number);
    }
  if (json_object_has_member (content, "used_ms"))
    {
      gint64 seconds = tst_json_int (content, "used_ms", 0) / 1000;
      g_autofree char *used = g_strdup_printf ("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s", seconds / 60, seconds % 60);

      add_fact (facts, "Tiempo usado", used);
    }
  if (place && json_object_has_member (place, "lat"))
    {
      g_autofree char *text = g_strdup_printf ("%.5f, %.5f", json_object_get_double_member_with_default (place, "lat", 0),
                                               json_object_get_double_member_with_default (place, "lon", 0));

      add_fact (facts, "Lugar", text);
      if (json_object_has_member (place, "accuracy_m"))
        {
          g_autofree char *near = g_strdup_printf ("±%.0f m", json_object_get_double_member_with_default (place, "accuracy_m", 0));

          add_fact (facts, "Precisión", near);
        }
    }
  else
    add_fact (facts, "Lugar", "Sin posición");
  if (author)
    add_fact (facts, "Lo hizo", tst_json_string (author, "role"));
}

typedef struct
{
  const char *id;
  TstDeskCall *call;
  JsonObject *model; /* out */
} ItemCall;

static void
put_named (JsonObject *model, const char *member, const char *key, const char *code, const char *title)
{
  JsonObject *one = NULL;

  if (!code)
    return;
  one = json_object_new ();
  json_object_set_string_member (one, key, code);
  json_object_set_string_member (one, "title", title && *title ? title : code);
  json_object_set_object_member (model, member, one);
}

static void
put_texts (JsonObject *model, JsonObject *content)
{
  static const char *const texts[][2] = { { "subject", "Asunto" }, { "text", "Texto" }, { "caption", "Pie de foto" },
                                          { "alt", "Descripción para quien no ve" }, { "topic", "Tema" },
                                          { "label", "Cómo se muestra la persona" } };
  /* A film and a voice note are not photographs, and who does not see one may hear it. */
  static const char *const recorded[][2] = { { "caption", "Título" }, { "alt", "Lo que se ve y se oye, en palabras" } };
  const char *type = tst_json_string (content, "type");
  const gboolean recording = g_strcmp0 (type, "video") == 0 || g_strcmp0 (type, "audio") == 0;
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *label = texts[i][1];

      for (guint r = 0; recording && r < G_N_ELEMENTS (recorded); r++)
        if (g_str_equal (texts[i][0], recorded[r][0]))
          label = recorded[r][1];
      add_text (list, texts[i][0], label, tst_json_string (content, texts[i][0]));
    }
  json_object_set_array_member (model, "texts", list);
}

static gboolean
load_model (TstStore *store, gpointer data, GError **error)
{
  ItemCall *call = data;
  JsonObject *model = NULL;
  gboolean row = FALSE;

  g_autoptr (TstStatement) find = tst_public_query (
    store, error,
    "SELECT i.kind, i.type, i.state, i.reason, i.content, i.taken_s, i.utc_s, i.event, e.title, i.work, w.content, c.number, c.due_on,"
    " c.public_ok, d.label, l.received_s, d.state = 'lost',"
    " (SELECT count (*) FROM record_media m LEFT JOIN holding h ON h.sha256 = m.sha256 WHERE m.text_hash = i.text_hash AND h.sha256 IS NULL),"
    " EXISTS (SELECT 1 FROM record_media m JOIN holding h ON h.sha256 = m.sha256 WHERE m.text_hash = i.text_hash AND m.type LIKE 'image/%'),"
    " EXISTS (SELECT 1 FROM leaf f WHERE f.device = l.device AND f.chain = l.chain AND f.fork = 1 AND f.seq <= l.seq),"
    " (SELECT m.type FROM record_media m JOIN holding h ON h.sha256 = m.sha256 WHERE m.text_hash = i.text_hash"
    "  AND (m.type LIKE 'audio/%' OR m.type LIKE 'video/%') LIMIT 1)"
    " FROM item i JOIN leaf l ON l.text_hash = i.text_hash LEFT JOIN event e ON e.id = i.event LEFT JOIN work w ON w.code = i.work"
    " LEFT JOIN contribution c ON c.id = i.id LEFT JOIN device d ON d.name = i.device"
    " WHERE i.id = ?1 AND i.kind IN ('evidence', 'contribution')",
    "s", call->id);
  if (!find || !tst_statement_step (find, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  model = call->model = json_object_new ();
  g_autoptr (JsonObject) content =
    tst_statement_text (find, 4) ? tst_json_parse_object (tst_statement_text (find, 4), -1, NULL) : NULL;
  g_autoptr (JsonObject) work =
    tst_statement_text (find, 10) ? tst_json_parse_object (tst_statement_text (find, 10), -1, NULL) : NULL;
  const char *state = tst_statement_text (find, 2);
  JsonObject *may = json_object_new ();
  gboolean decide = (call->call->may & TST_MAY_DECIDE) != 0;
  gboolean whole = content && tst_statement_int (find, 17) == 0;
  gboolean contribution = g_strcmp0 (tst_statement_text (find, 0), "contribution") == 0;
  gboolean open = g_strcmp0 (state, "withdrawn") != 0 && g_strcmp0 (state, "erased") != 0;
  const char *text = content ? tst_json_string (content, "text") : NULL;
  /* A voice is answered and not published: without words there is nothing to show. */
  gboolean allowed = !contribution || (tst_statement_int (find, 13) != 0 && text && *text);
  gboolean consented = !contribution || tst_statement_int (find, 13) != 0;

  json_object_set_string_member (model, "id", call->id);
  json_object_set_string_member (model, "kind", contribution ? "contribution" : "evidence");
  json_object_set_string_member (model, "kind_label", contribution ? "Aporte" : tst_public_kind_label (tst_statement_text (find, 1)));
  json_object_set_string_member (model, "state", state);
  if (tst_statement_text (find, 3))
    json_object_set_string_member (model, "reason_label", tst_moderation_reason_label (tst_statement_text (find, 3)));
  tst_public_set_instant (model, "taken_at", tst_statement_int (find, 5));
  if (content)
    tst_public_set_text (model, "taken_at_source", tst_json_string (content, "taken_at_source"));
  tst_public_set_instant (model, "received_at", tst_statement_int (find, 15));
  put_named (model, "event", "id", tst_statement_text (find, 7), tst_statement_text (find, 8));
  put_named (model, "work", "code", tst_statement_text (find, 9), work ? tst_json_string (work, "title") : NULL);
  tst_public_set_text (model, "number", tst_statement_text (find, 11));
  tst_desk_put_light (call->call, model, tst_statement_text (find, 12));
  tst_public_set_text (model, "device_label", tst_statement_text (find, 14));
  json_object_set_boolean_member (model, "lost", tst_statement_int (find, 16) != 0);
  json_object_set_int_member (model, "missing", tst_statement_int (find, 17));
  json_object_set_boolean_member (model, "forked", tst_statement_int (find, 19) != 0);
  json_object_set_boolean_member (model, "sealed", contribution);
  json_object_set_boolean_member (model, "private", !consented);
  if (tst_statement_int (find, 18) && open)
    {
      JsonObject *picture = json_object_new ();
      g_autofree char *src = g_strdup_printf ("/mesa/imagen/%s/1920.jpg", call->id);

      json_object_set_string_member (picture, "src", src);
      json_object_set_string_member (picture, "alt", content && tst_json_string (content, "alt") ? tst_json_string (content, "alt") : "");
      json_object_set_object_member (model, "picture", picture);
    }
  if (tst_statement_text (find, 20) && open && !contribution)
    {
      JsonObject *medium = json_object_new ();
      g_autofree char *src = g_strdup_printf ("/mesa/medio/%s", call->id);

      json_object_set_string_member (medium, "src", src);
      json_object_set_string_member (medium, "kind", g_str_has_prefix (tst_statement_text (find, 20), "video/") ? "video" : "audio");
      json_object_set_object_member (model, "medium", medium);
    }
  if (content)
    {
      add_facts (model, content);
      tst_desk_put_attachments (model, call->id, content);
      put_texts (model, content);
    }
  json_object_set_boolean_member (may, "accept", decide && whole && allowed && open && g_strcmp0 (state, "published") != 0);
  json_object_set_boolean_member (may, "withhold", decide && g_strcmp0 (state, "pending") == 0);
  json_object_set_boolean_member (may, "retire", decide && g_strcmp0 (state, "published") == 0);
  json_object_set_boolean_member (may, "cover", decide && whole && allowed && open);
  json_object_set_object_member (model, "may", may);
  return TRUE;
}

JsonObject *
tst_desk_item_model (TstDeskCall *call, const char *id, GError **error)
{
  ItemCall item = { .id = id, .call = call };

  if (!tst_store_read (tst_central_get_store (call->desk->central), load_model, &item, error))
    {
      g_clear_pointer (&item.model, json_object_unref);
      return NULL;
    }
  if (item.model)
    json_object_set_array_member (item.model, "reasons", tst_desk_reasons ());
  return item.model;
}
