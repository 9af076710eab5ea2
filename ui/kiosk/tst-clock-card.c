/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-clock-card.h"

#include "base/tst-clock.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>

#define PERIOD_MS 200
#define QR_SIZE 260

struct _TstClockCard
{
  TstPage parent_instance;
  GtkWidget *time, *date, *qr;
  char *stamp;
  guint timer;
};

typedef enum
{
  PROP_STAMP = 1,
} TstClockCardProperty;

static GParamSpec *properties[PROP_STAMP + 1];

G_DEFINE_FINAL_TYPE (TstClockCard, tst_clock_card, TST_TYPE_PAGE)

static gboolean
tick (gpointer user_data)
{
  TstClockCard *self = user_data;
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) local = NULL;
  g_autofree char *seconds = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *date = NULL;
  TstTimestamp now;

  if (book == NULL)
    return G_SOURCE_CONTINUE;
  tst_clock_now (tst_field_book_get_clock (book), &now);
  utc = g_date_time_new_from_unix_utc (now.utc_us / G_USEC_PER_SEC);
  local = g_date_time_to_local (utc);
  seconds = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S");
  clock = g_date_time_format (local, "%H:%M:%S");
  date = g_date_time_format (local, "%Y-%m-%d · UTC%:z");
  g_free (self->stamp);
  self->stamp = g_strdup_printf (TST_CLOCK_CARD_PREFIX "%s.%03dZ", seconds, (int) (now.utc_us / 1000 % 1000));
  gtk_label_set_label (GTK_LABEL (self->time), clock);
  gtk_label_set_label (GTK_LABEL (self->date), date);
  tst_qr_set_text (TST_QR (self->qr), self->stamp);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STAMP]);
  return G_SOURCE_CONTINUE;
}

static void
on_map (TstClockCard *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (PERIOD_MS, tick, self);
  tick (self);
}

static void
on_unmap (TstClockCard *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

static void
tst_clock_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstClockCardProperty) id == PROP_STAMP)
    g_value_set_string (value, TST_CLOCK_CARD (object)->stamp != NULL ? TST_CLOCK_CARD (object)->stamp : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_clock_card_dispose (GObject *object)
{
  g_clear_handle_id (&TST_CLOCK_CARD (object)->timer, g_source_remove);
  G_OBJECT_CLASS (tst_clock_card_parent_class)->dispose (object);
}

static void
tst_clock_card_finalize (GObject *object)
{
  g_free (TST_CLOCK_CARD (object)->stamp);
  G_OBJECT_CLASS (tst_clock_card_parent_class)->finalize (object);
}

static void
tst_clock_card_class_init (TstClockCardClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = tst_clock_card_get_property;
  G_OBJECT_CLASS (klass)->dispose = tst_clock_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_clock_card_finalize;
  properties[PROP_STAMP] = g_param_spec_string ("stamp", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
}

static void
tst_clock_card_init (TstClockCard *self)
{
}

GtkWidget *
tst_clock_card_new (TstSession *session)
{
  TstClockCard *self = g_object_new (TST_TYPE_CLOCK_CARD, "session", session, "title", _("Tarjeta de reloj"), NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (box, TRUE);
  self->time = gtk_label_new ("");
  gtk_widget_add_css_class (self->time, "clock-card");
  self->date = gtk_label_new ("");
  self->qr = tst_qr_new (TST_CLOCK_CARD_PREFIX, _("La hora, para el video"), QR_SIZE);
  gtk_widget_set_halign (self->qr, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->time);
  gtk_box_append (GTK_BOX (box), self->date);
  gtk_box_append (GTK_BOX (box), self->qr);
  gtk_label_set_justify (GTK_LABEL (tst_form_text (box, _("Grabe esta pantalla unos segundos, al comenzar y al terminar la transmisión."))),
                         GTK_JUSTIFY_CENTER);
  gtk_widget_set_margin_start (box, 16);
  gtk_widget_set_margin_end (box, 16);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
  return GTK_WIDGET (self);
}
