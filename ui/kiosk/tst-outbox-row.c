/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-outbox-row.h"

#include "format/tst-format.h"
#include "kiosk/tst-outbox-sentence.h"
#include "record/tst-body.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"

#include <glib/gi18n.h>

struct _TstOutboxRow
{
  GtkBox parent_instance;
  GtkWidget *heading, *thumbnail, *title, *icon, *state, *size, *buttons, *retry, *export, *carry, *proof;
  JsonObject *row;
  char *text; /* the row as it was written, to leave alone what did not change */
};

enum
{
  PROOF,
  RETRY,
  EXPORT,
  CARRY,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TstOutboxRow, tst_outbox_row, GTK_TYPE_BOX)

static const struct
{
  const char *type, *words, *icon;
} kinds[] = {
  { "photo", N_("Foto"), "image-x-generic-symbolic" },
  { "video", N_("Video"), "camera-video-symbolic" },
  { "audio", N_("Nota de voz"), "audio-input-microphone-symbolic" },
  { "attendance", N_("Registro de asistencia"), "avatar-default-symbolic" },
  { "comment", N_("Aporte ciudadano"), "user-available-symbolic" },
  { "survey", N_("Respuesta de encuesta"), "view-list-symbolic" },
  { "note", N_("Nota"), "document-edit-symbolic" },
  { "event-open", N_("Apertura del espacio"), "x-office-calendar-symbolic" },
  { "event-join", N_("Esta tableta se une al espacio"), "x-office-calendar-symbolic" },
  { "event-close", N_("Cierre del espacio"), "x-office-calendar-symbolic" },
  { "amend", N_("Corrección"), "document-edit-symbolic" },
  { "withdraw", N_("Retiro"), "edit-undo-symbolic" },
  { "discard", N_("Descarte"), "user-trash-symbolic" },
  { "works-import", N_("Lista de obras"), "mark-location-symbolic" },
  { "device-start", N_("Puesta en marcha de la tableta"), "computer-symbolic" },
  { "enrolled", N_("Código del municipio"), "network-wired-symbolic" },
  { "staff", N_("Persona del equipo"), "avatar-default-symbolic" },
  { "clock-jump", N_("Cambio del reloj"), "document-open-recent-symbolic" },
  { "keys-retired", N_("Cambio de llaves"), "channel-secure-symbolic" },
};

static guint
kind_of (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].type, type) == 0)
      return i;
  return G_N_ELEMENTS (kinds);
}

char *
tst_outbox_row_title (JsonObject *row)
{
  guint kind = kind_of (tst_json_string (row, "type"));
  guint target = kind_of (tst_json_string (row, "target_type"));
  const char *words = kind < G_N_ELEMENTS (kinds) ? _(kinds[kind].words) : _("Registro");
  const char *caption = tst_json_string (row, "caption");

  if (caption != NULL && *caption != '\0')
    return g_strdup (caption);
  if (target < G_N_ELEMENTS (kinds))
    return g_strdup_printf (_("%s: %s"), words, _(kinds[target].words));
  if (kind == 0 && tst_json_string (row, "file") != NULL)
    return g_strdup_printf (_("%s: %s"), words, tst_json_string (row, "file"));
  return g_strdup (words);
}

static char *
state_words (JsonObject *row, const char **icon, const char **css)
{
  const char *state = tst_json_string (row, "state");
  const char *decision = tst_json_string (row, "decision");
  const char *reason = tst_json_string (row, "decision_reason");
  const char *due = tst_json_string (row, "due");

  *css = "dim-label";
  *icon = "document-save-symbolic";
  if (g_strcmp0 (tst_json_string (row, "part"), "set_aside") == 0)
    {
      *icon = "dialog-warning-symbolic";
      *css = "trouble";
      return g_strdup_printf (_("Apartado. %s"), tst_outbox_reason (tst_json_string (row, "code")));
    }
  if (g_strcmp0 (state, "published") == 0)
    {
      *icon = "emblem-ok-symbolic";
      *css = "calm";
      return g_strdup (_("Publicado"));
    }
  if (g_strcmp0 (state, "received") == 0)
    {
      *icon = "emblem-ok-symbolic";
      *css = "calm";
      if (g_strcmp0 (decision, "withhold") == 0 || g_strcmp0 (decision, "retire") == 0)
        return reason != NULL ? g_strdup_printf (_("Recibido. No se publica: %s"), reason)
                              : g_strdup (_("Recibido. No se publica"));
      if (g_strcmp0 (decision, "erase") == 0)
        return g_strdup (_("Recibido. Su contenido se borró por orden de la central"));
      return g_strdup (_("Recibido"));
    }
  if (g_strcmp0 (state, "sending") == 0)
    {
      *icon = "send-to-symbolic";
      *css = "waiting";
      return g_strdup (_("En camino"));
    }
  if (g_strcmp0 (state, "held") == 0)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      g_autoptr (GDateTime) when = due != NULL ? tst_format_parse_time (due, zone) : NULL;
      g_autofree char *clock = when != NULL ? tst_format_clock (when) : NULL;

      *icon = "document-open-recent-symbolic";
      return clock != NULL ? g_strdup_printf (_("Guardado aquí. Sale después de las %s"), clock)
                           : g_strdup (_("Guardado aquí. Espera su hora para salir"));
    }
  if (tst_json_bool (row, "relayed", FALSE))
    {
      *icon = "send-to-symbolic";
      return g_strdup (_("Guardado aquí. Otra tableta lleva una copia a la central"));
    }
  return g_strdup (_("Guardado en esta tableta"));
}

static void
set_state_class (TstOutboxRow *self, const char *css)
{
  static const char *const all[] = { "dim-label", "trouble", "calm", "waiting" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      GtkWidget *widgets[] = { self->state, self->icon };

      for (guint j = 0; j < G_N_ELEMENTS (widgets); j++)
        if (g_str_equal (all[i], css))
          gtk_widget_add_css_class (widgets[j], all[i]);
        else
          gtk_widget_remove_css_class (widgets[j], all[i]);
    }
}

static void
on_proof (TstOutboxRow *self)
{
  g_signal_emit (self, signals[PROOF], 0, tst_json_string (self->row, "id"));
}

static void
on_retry (TstOutboxRow *self)
{
  g_signal_emit (self, signals[RETRY], 0, tst_json_string (self->row, "aside"));
}

static void
on_export (TstOutboxRow *self)
{
  const char *name = tst_json_string (self->row, "file");

  g_signal_emit (self, signals[EXPORT], 0, tst_json_string (self->row, "sha256"), name != NULL ? name : "foto.jpg");
}

static void
on_carry (TstOutboxRow *self)
{
  g_signal_emit (self, signals[CARRY], 0, tst_json_string (self->row, "id"));
}

static void
tst_outbox_row_finalize (GObject *object)
{
  TstOutboxRow *self = TST_OUTBOX_ROW (object);

  g_clear_pointer (&self->row, json_object_unref);
  g_free (self->text);
  G_OBJECT_CLASS (tst_outbox_row_parent_class)->finalize (object);
}

static void
tst_outbox_row_class_init (TstOutboxRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_outbox_row_finalize;
  signals[PROOF] = g_signal_new ("proof", TST_TYPE_OUTBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RETRY] = g_signal_new ("retry", TST_TYPE_OUTBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EXPORT] = g_signal_new ("export", TST_TYPE_OUTBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                                  G_TYPE_STRING);
  signals[CARRY] = g_signal_new ("carry", TST_TYPE_OUTBOX_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *
make_label (const char *css, gboolean wrap)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (wrap)
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
    }
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static GtkWidget *
make_button (TstOutboxRow *self, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "large");
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static void
tst_outbox_row_init (TstOutboxRow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *under = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->heading = make_label ("heading", TRUE);
  gtk_widget_set_margin_top (self->heading, 14);
  self->thumbnail = tst_thumbnail_new (64, 48);
  gtk_widget_set_valign (self->thumbnail, GTK_ALIGN_START);
  self->title = make_label (NULL, TRUE);
  gtk_label_set_lines (GTK_LABEL (self->title), 2);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  self->icon = gtk_image_new ();
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->icon, 2);
  self->state = make_label ("caption", TRUE);
  gtk_widget_set_hexpand (self->state, TRUE);
  self->size = make_label ("caption", FALSE);
  gtk_widget_add_css_class (self->size, "dim-label");
  gtk_widget_set_halign (self->size, GTK_ALIGN_CENTER);
  self->retry = make_button (self, _("Reintentar"), G_CALLBACK (on_retry));
  self->export = make_button (self, _("Exportar copia"), G_CALLBACK (on_export));
  self->carry = make_button (self, _("A memoria USB"), G_CALLBACK (on_carry));
  self->proof = make_button (self, _("Comprobado"), G_CALLBACK (on_proof));
  gtk_widget_add_css_class (self->proof, "flat");
  self->buttons = tst_wrap_new ();
  tst_wrap_append (TST_WRAP (self->buttons), self->retry);
  tst_wrap_append (TST_WRAP (self->buttons), self->export);
  tst_wrap_append (TST_WRAP (self->buttons), self->carry);
  tst_wrap_append (TST_WRAP (self->buttons), self->proof);

  gtk_box_append (GTK_BOX (under), self->icon);
  gtk_box_append (GTK_BOX (under), self->state);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), under);
  gtk_box_append (GTK_BOX (words), self->buttons);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (left), self->thumbnail);
  gtk_box_append (GTK_BOX (left), self->size);
  gtk_box_append (GTK_BOX (line), left);
  gtk_box_append (GTK_BOX (line), words);
  gtk_box_append (GTK_BOX (self), self->heading);
  gtk_box_append (GTK_BOX (self), line);
}

GtkWidget *
tst_outbox_row_new (void)
{
  return g_object_new (TST_TYPE_OUTBOX_ROW, NULL);
}

void
tst_outbox_row_set (TstOutboxRow *self, TstSession *session, JsonObject *row, gboolean heading)
{
  g_autofree char *text = tst_json_write (row);
  g_autofree char *title = NULL, *words = NULL, *size = NULL, *name = NULL;
  guint kind = kind_of (tst_json_string (row, "type"));
  const char *part = tst_json_string (row, "part");
  const char *event = tst_json_string (row, "event_title");
  const char *sha256 = tst_json_string (row, "sha256");
  gboolean aside = g_strcmp0 (part, "set_aside") == 0;
  gboolean erased = g_strcmp0 (tst_json_string (row, "decision"), "erase") == 0;
  const char *icon, *css;

  gtk_widget_set_visible (self->heading, heading);
  if (g_strcmp0 (text, self->text) == 0)
    return;
  g_free (self->text);
  self->text = g_steal_pointer (&text);
  g_clear_pointer (&self->row, json_object_unref);
  self->row = json_object_ref (row);

  title = tst_outbox_row_title (row);
  words = state_words (row, &icon, &css);
  size = tst_format_size ((double) tst_json_int (row, "bytes", 0));
  gtk_label_set_label (GTK_LABEL (self->heading), event != NULL ? event : _("De esta tableta"));
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_label_set_label (GTK_LABEL (self->state), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  set_state_class (self, css);
  gtk_label_set_label (GTK_LABEL (self->size), size);
  tst_thumbnail_set (TST_THUMBNAIL (self->thumbnail), tst_thumbnails_for_book (tst_session_get_book (session)), erased ? NULL : sha256,
                     kind < G_N_ELEMENTS (kinds) ? kinds[kind].icon : "text-x-generic-symbolic", NULL);
  gtk_widget_set_visible (self->buttons, aside || g_strcmp0 (part, "received") == 0);
  gtk_widget_set_visible (self->retry, aside);
  gtk_widget_set_visible (self->export, aside && sha256 != NULL);
  gtk_widget_set_visible (self->carry, aside);
  gtk_widget_set_visible (self->proof, g_strcmp0 (part, "received") == 0);
  name = g_strdup_printf (_("Comprobado: ver la prueba de %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->proof), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (name);
  name = g_strdup_printf (_("Reintentar: %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->retry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (name);
  name = g_strdup_printf (_("Exportar copia: %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->export), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_free (name);
  name = g_strdup_printf (_("Llevar en una memoria USB: %s"), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->carry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
tst_outbox_row_set_progress (TstOutboxRow *self, const char *sha256, guint64 done, guint64 total)
{
  g_autofree char *words = NULL;
  g_autofree char *percent = NULL;

  if (self->row == NULL || total == 0 || g_strcmp0 (tst_json_string (self->row, "part"), "waiting") != 0
      || g_strcmp0 (tst_json_string (self->row, "sha256"), sha256) != 0)
    return;
  /* Rounded down: a hundred means that all of it left, never that it was received. */
  percent = tst_format_percent ((double) (MIN (done, total) * 100 / total));
  words = done >= total ? g_strdup (_("En camino: salió toda, falta que la central confirme")) : g_strdup_printf (_("Enviando: va el %s"), percent);
  gtk_label_set_label (GTK_LABEL (self->state), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), "send-to-symbolic");
  set_state_class (self, "waiting");
}

const char *
tst_outbox_row_get_state (TstOutboxRow *self)
{
  g_return_val_if_fail (TST_IS_OUTBOX_ROW (self), NULL);
  return gtk_label_get_label (GTK_LABEL (self->state));
}

const char *
tst_outbox_row_get_id (TstOutboxRow *self)
{
  g_return_val_if_fail (TST_IS_OUTBOX_ROW (self), NULL);
  return tst_json_string (self->row, "id");
}
