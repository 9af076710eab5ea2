/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-kiosk-receipt.h"

#include "format/tst-format.h"
#include "kiosk/tst-kiosk-print.h"
#include "widgets/tst-form.h"
#include "widgets/tst-qr.h"

#include <glib/gi18n.h>

struct _TstKioskReceipt
{
  TstKioskScreen parent_instance;
  GtkWidget *column, *done, *print, *notice;
  char *number, *due, *attached; /* the last one nullable */
};

G_DEFINE_FINAL_TYPE (TstKioskReceipt, tst_kiosk_receipt, TST_TYPE_KIOSK_SCREEN)

static GtkWidget *
centred (TstKioskReceipt *self, const char *text, const char *class)
{
  GtkWidget *label = tst_form_text (self->column, text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.5);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  if (class != NULL)
    gtk_widget_add_css_class (label, class);
  return label;
}

/* Broken between its groups and nowhere else: a hyphen is no place for that before a digit, as Unicode has it. Heard and read by others as it is. */
static void
add_number (TstKioskReceipt *self, const char *number)
{
  g_auto (GStrv) groups = g_strsplit (number, "-", -1);
  g_autofree char *shown = g_strjoinv ("-\u200b", groups);
  GtkWidget *label = centred (self, shown, "receipt-number");

  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, number, -1);
}

static char *
make_due_text (const char *due_on)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) due = due_on != NULL ? tst_format_parse_time (due_on, utc) : NULL;
  g_autofree char *date = due != NULL ? tst_format_date (due) : NULL;

  if (date == NULL)
    return g_strdup (_("Gracias. Este aporte no tiene plazo de respuesta."));
  return g_strdup_printf (_("Debe tener respuesta a más tardar el %s."), date);
}

static void
on_printed (TstKioskReceipt *self, gboolean printed)
{
  tst_form_notice_set (self->notice, printed ? _("El recibo va para la impresora.") : _("La impresora no responde. Tómele una foto al número."), !printed);
  gtk_widget_set_sensitive (self->print, !printed);
}

static void
on_print (TstKioskReceipt *self)
{
  g_autofree char *text = g_strdup_printf ("%s%s%s\n%s", self->due, self->attached != NULL ? "\n" : "", self->attached != NULL ? self->attached : "",
                                           _("Con el número puede ver en la página en qué va su aporte."));

  on_printed (self, tst_kiosk_print_receipt (tst_kiosk_screen_get_session (TST_KIOSK_SCREEN (self)), self->number, text));
}

static void
tst_kiosk_receipt_shown (TstKioskScreen *screen)
{
  gtk_widget_grab_focus (TST_KIOSK_RECEIPT (screen)->done);
}

static void
tst_kiosk_receipt_finalize (GObject *object)
{
  TstKioskReceipt *self = TST_KIOSK_RECEIPT (object);

  g_free (self->number);
  g_free (self->due);
  g_free (self->attached);
  G_OBJECT_CLASS (tst_kiosk_receipt_parent_class)->finalize (object);
}

static void
tst_kiosk_receipt_class_init (TstKioskReceiptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tst_kiosk_receipt_finalize;
  TST_KIOSK_SCREEN_CLASS (klass)->shown = tst_kiosk_receipt_shown;
}

static void
tst_kiosk_receipt_init (TstKioskReceipt *self)
{
  GtkWidget *foot, *page;

  page = tst_form_page (620, &self->column, &foot);
  gtk_widget_set_valign (self->column, GTK_ALIGN_CENTER);
  /* On a phone with larger text all of it has to stand there at once, the date too. */
  gtk_box_set_spacing (GTK_BOX (self->column), 10);
  gtk_widget_set_margin_top (self->column, 10);
  gtk_widget_set_margin_bottom (self->column, 10);
  self->notice = tst_form_notice_new ();
  self->done = tst_form_button (_("Terminar"), "main suggested-action");
  g_signal_connect_swapped (self->done, "clicked", G_CALLBACK (tst_kiosk_screen_finish), self);
  self->print = tst_form_button (_("Imprimir el recibo"), "main");
  gtk_widget_set_visible (self->print, FALSE);
  g_signal_connect_swapped (self->print, "clicked", G_CALLBACK (on_print), self);
  gtk_box_append (GTK_BOX (foot), self->print);
  gtk_box_append (GTK_BOX (foot), self->done);
  adw_bin_set_child (ADW_BIN (self), page);
}

static TstKioskReceipt *
make (TstKioskScreen *after)
{
  return g_object_new (TST_TYPE_KIOSK_RECEIPT, "session", tst_kiosk_screen_get_session (after), "event", tst_kiosk_screen_get_event (after),
                       "lang", tst_kiosk_screen_get_lang (after), NULL);
}

char *
tst_kiosk_receipt_dup_attached (const TstAttachment *voice, guint papers)
{
  g_autofree char *photos = papers > 0 ? g_strdup_printf (ngettext ("%u foto", "%u fotos", papers), papers) : NULL;
  int seconds = voice != NULL ? voice->duration_ms / 1000 : 0;

  if (voice != NULL && photos != NULL)
    return g_strdup_printf (_("Con su voz (%d:%02d) y %s."), seconds / 60, seconds % 60, photos);
  if (voice != NULL)
    return g_strdup_printf (_("Con su voz (%d:%02d)."), seconds / 60, seconds % 60);
  return photos != NULL ? g_strdup_printf (_("Con %s."), photos) : NULL;
}

GtkWidget *
tst_kiosk_receipt_new (TstKioskScreen *after, const char *number, const char *due_on, const char *attached)
{
  TstKioskReceipt *self = make (after);
  TstSession *session = tst_kiosk_screen_get_session (after);
  g_autoptr (TstTownKeys) town = tst_field_book_dup_town_keys (tst_session_get_book (session));
  g_autofree char *name = g_strdup_printf (_("Código QR con el número %s"), number);
  g_autofree char *address = NULL;
  GtkWidget *qr;

  self->number = g_strdup (number);
  self->due = make_due_text (due_on);
  self->attached = g_strdup (attached);
  address = town != NULL ? g_strdup_printf ("%s%saportes/%s", town->url, g_str_has_suffix (town->url, "/") ? "" : "/", number) : g_strdup (number);
  centred (self, _("Su aporte quedó guardado"), "title-2");
  add_number (self, number);
  qr = tst_qr_new (address, name, 260);
  gtk_widget_set_halign (qr, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->column), qr);
  centred (self, _("Tómele una foto. Con este número puede ver en la página en qué va su aporte."), "heading");
  centred (self, self->due, NULL);
  if (attached != NULL)
    centred (self, attached, NULL);
  gtk_box_append (GTK_BOX (self->column), self->notice);
  gtk_widget_set_visible (self->print, tst_kiosk_print_is_there (session));
  return GTK_WIDGET (self);
}

GtkWidget *
tst_kiosk_receipt_new_plain (TstKioskScreen *after, const char *title, const char *text)
{
  TstKioskReceipt *self = make (after);
  GtkWidget *icon = gtk_image_new_from_icon_name ("emblem-ok-symbolic");

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 72);
  gtk_widget_add_css_class (icon, "calm");
  gtk_box_append (GTK_BOX (self->column), icon);
  centred (self, title, "title-2");
  centred (self, text, NULL);
  return GTK_WIDGET (self);
}

const char *
tst_kiosk_receipt_get_number (TstKioskReceipt *self)
{
  g_return_val_if_fail (TST_IS_KIOSK_RECEIPT (self), NULL);
  return self->number;
}
