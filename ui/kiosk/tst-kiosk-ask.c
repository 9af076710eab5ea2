/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-ask.h"

#include "base/tst-hash.h"
#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-messages.h"
#include "model/tst-provisional-number.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TstKioskAsk
{
  TstKioskFlow parent_instance;
  GtkWidget *number, *answer, *due, *more, *qr;
  char *hash; /* of the number asked for, hex */
  char *state;
  GCancellable *cancellable;
};

typedef enum
{
  PROP_STATE = 1,
} TstKioskAskProperty;

static GParamSpec *properties[PROP_STATE + 1];

G_DEFINE_FINAL_TYPE (TstKioskAsk, tst_kiosk_ask, TST_TYPE_KIOSK_FLOW)

static const struct
{
  const char *state, *words;
} known[] = {
  { "saved", N_("Está guardado en esta tableta. Se envía solo cuando haya conexión.") },
  { "held", N_("Está guardado en esta tableta. Se envía solo, mezclado con otros, dentro de una hora o más.") },
  { "sending", N_("Va en camino a la Alcaldía.") },
  { "received", N_("La Alcaldía lo recibió y esta tableta lo comprobó.") },
  { "published", N_("Está publicado en la página.") },
  { "set_aside", N_("Está guardado en esta tableta y todavía no se pudo enviar. El personal lo está revisando.") },
};

static const char *
tst_kiosk_ask_next (TstKioskFlow *flow, const char *step)
{
  return strcmp (step, "number") == 0 ? "answer" : NULL;
}

static char *
parse (TstKioskAsk *self)
{
  return tst_provisional_number_parse (gtk_editable_get_text (GTK_EDITABLE (self->number)));
}

static gboolean
tst_kiosk_ask_is_complete (TstKioskFlow *flow, const char *step)
{
  g_autofree char *text = tst_form_get_entry (TST_KIOSK_ASK (flow)->number);

  return *text != '\0';
}

static void
set_state (TstKioskAsk *self, const char *state)
{
  g_free (self->state);
  self->state = g_strdup (state);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
tell (TstKioskAsk *self, JsonObject *row)
{
  const char *state = row != NULL ? tst_json_string (row, "state") : NULL;
  const char *words = NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) due = row != NULL && tst_json_string (row, "due_on") != NULL ? tst_format_parse_time (tst_json_string (row, "due_on"), utc) : NULL;
  g_autofree char *date = due != NULL ? tst_format_date (due) : NULL;
  g_autofree char *text = date != NULL ? g_strdup_printf (_("Debe tener respuesta a más tardar el %s."), date) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (known[i].state, state) == 0)
      words = _(known[i].words);
  if (words == NULL)
    words = _("Esta tableta no conoce ese número. Puede ser de otra tableta: consulte en la página.");
  gtk_label_set_label (GTK_LABEL (self->answer), words);
  gtk_label_set_label (GTK_LABEL (self->due), text != NULL ? text : "");
  gtk_widget_set_visible (self->due, text != NULL);
  set_state (self, state != NULL ? state : "unknown");
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstKioskAsk *self = user_data;
  JsonObject *found = NULL;

  if (tst_message_is_cancelled (error))
    return;
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (tst_json_string (rows->pdata[i], "receipt_sha256"), self->hash) == 0)
      found = rows->pdata[i];
  tell (self, found);
}

static void
show_address (TstKioskAsk *self, const char *number)
{
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (book);
  g_autofree char *address = NULL;

  gtk_widget_set_visible (self->qr, town != NULL);
  gtk_widget_set_visible (self->more, town != NULL);
  if (town == NULL)
    return;
  address = g_strdup_printf ("%s%saportes/%s", town->url, g_str_has_suffix (town->url, "/") ? "" : "/", number);
  tst_qr_set_text (TST_QR (self->qr), address);
}

static gboolean
tst_kiosk_ask_check (TstKioskFlow *flow, const char *step)
{
  TstKioskAsk *self = TST_KIOSK_ASK (flow);
  g_autofree char *number = parse (self);

  if (strcmp (step, "number") != 0)
    return TRUE;
  if (number == NULL)
    {
      tst_kiosk_flow_set_trouble (flow, _("Ese número no está completo o tiene una letra cambiada. Cópielo como está en el recibo."));
      return FALSE;
    }
  return TRUE;
}

static void
tst_kiosk_ask_entered (TstKioskFlow *flow, const char *step)
{
  TstKioskAsk *self = TST_KIOSK_ASK (flow);
  TstFieldBook *book = tst_session_get_book (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)));
  g_autofree char *number = NULL;
  TstHash hash;

  if (strcmp (step, "answer") != 0 || book == NULL)
    return;
  number = parse (self);
  if (number == NULL)
    return;
  hash = tst_hash_data (number, strlen (number));
  g_free (self->hash);
  self->hash = tst_hash_to_hex (&hash);
  gtk_label_set_label (GTK_LABEL (self->answer), _("Buscando…"));
  gtk_widget_set_visible (self->due, FALSE);
  show_address (self, number);
  tst_field_book_list_async (book, "comments", NULL, self->cancellable, on_listed, self);
}

static void
tst_kiosk_ask_complete (TstKioskFlow *flow)
{
  tst_kiosk_screen_finish (TST_KIOSK_SCREEN (flow));
}

static void
tst_kiosk_ask_constructed (GObject *object)
{
  TstKioskAsk *self = TST_KIOSK_ASK (object);
  TstKioskFlow *flow = TST_KIOSK_FLOW (self);
  GtkWidget *box;

  G_OBJECT_CLASS (tst_kiosk_ask_parent_class)->constructed (object);
  self->cancellable = g_cancellable_new ();
  self->state = g_strdup ("none");
  box = tst_kiosk_flow_add (flow, "number", _("¿Cuál es el número de su recibo?"), _("Por ejemplo 2026-7K3M-Q9TD-W2XA-5. Los guiones no hacen falta."), NULL, FALSE);
  self->number = tst_kiosk_flow_entry (flow, box, _("Número"), GTK_INPUT_PURPOSE_FREE_FORM);

  box = tst_kiosk_flow_add (flow, "answer", _("Su aporte"), NULL, N_("Terminar"), FALSE);
  self->answer = tst_form_text (box, NULL);
  gtk_widget_add_css_class (self->answer, "sentence");
  self->due = tst_form_text (box, NULL);
  gtk_widget_add_css_class (self->due, "heading");
  self->more = tst_form_text (box, _("En la página está lo último, con la respuesta cuando la haya:"));
  self->qr = tst_qr_new (NULL, _("Código QR de la página de su aporte"), 220);
  gtk_widget_set_halign (self->qr, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->qr);
  tst_kiosk_flow_go (flow, "number");
}

static void
tst_kiosk_ask_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstKioskAskProperty) id == PROP_STATE)
    g_value_set_string (value, TST_KIOSK_ASK (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_kiosk_ask_dispose (GObject *object)
{
  TstKioskAsk *self = TST_KIOSK_ASK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (tst_kiosk_ask_parent_class)->dispose (object);
}

static void
tst_kiosk_ask_finalize (GObject *object)
{
  g_free (TST_KIOSK_ASK (object)->hash);
  g_free (TST_KIOSK_ASK (object)->state);
  G_OBJECT_CLASS (tst_kiosk_ask_parent_class)->finalize (object);
}

static void
tst_kiosk_ask_class_init (TstKioskAskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  TstKioskFlowClass *flow_class = TST_KIOSK_FLOW_CLASS (klass);

  object_class->constructed = tst_kiosk_ask_constructed;
  object_class->get_property = tst_kiosk_ask_get_property;
  object_class->dispose = tst_kiosk_ask_dispose;
  object_class->finalize = tst_kiosk_ask_finalize;
  flow_class->next = tst_kiosk_ask_next;
  flow_class->is_complete = tst_kiosk_ask_is_complete;
  flow_class->check = tst_kiosk_ask_check;
  flow_class->entered = tst_kiosk_ask_entered;
  flow_class->complete = tst_kiosk_ask_complete;
  properties[PROP_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tst_kiosk_ask_init (TstKioskAsk *self)
{
}

GtkWidget *
tst_kiosk_ask_new (TstSession *session, const char *event, const char *lang)
{
  return g_object_new (TST_TYPE_KIOSK_ASK, "session", session, "event", event, "lang", lang, NULL);
}
