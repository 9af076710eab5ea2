/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-event-captured.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-note-form.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-recording-list.h"
#include "record/tst-body.h"
#include "widgets/tst-form.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>

/* The newest ones; the gallery has them all. */
#define STRIP 24
#define NOTES 10

struct _TstEventCaptured
{
  GtkWidget parent_instance;
  TstSession *session;
  char *event;
  GtkWidget *column, *strip, *strip_box, *notes;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (TstEventCaptured, tst_event_captured, GTK_TYPE_WIDGET)

static void
push (TstEventCaptured *self, GtkWidget *page)
{
  GtkWidget *around = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE);

  if (around != NULL)
    tst_page_push (TST_PAGE (around), TST_PAGE (page));
}

static void
on_photo_clicked (TstEventCaptured *self, GtkWidget *button)
{
  JsonObject *row = g_object_get_data (G_OBJECT (button), "row");

  push (self, tst_photo_page_new (self->session, row));
}

static void
empty_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

/* The same rows again, as after every sync: the strip is not built anew. */
static gboolean
strip_is (TstEventCaptured *self, GPtrArray *rows)
{
  GtkWidget *child = gtk_widget_get_first_child (self->strip);

  for (guint i = 0; i < rows->len; i++, child = gtk_widget_get_next_sibling (child))
    {
      JsonObject *shown = child != NULL ? g_object_get_data (G_OBJECT (child), "row") : NULL;

      if (shown == NULL || !json_object_equal (shown, rows->pdata[i]))
        return FALSE;
    }
  return child == NULL;
}

static void
on_photos (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventCaptured *self = user_data;
  TstThumbnails *thumbnails;

  if (rows == NULL || strip_is (self, rows))
    return;
  thumbnails = tst_thumbnails_for_book (TST_FIELD_BOOK (source));
  empty_box (self->strip);
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];
      GtkWidget *button = gtk_button_new ();
      GtkWidget *thumbnail = tst_thumbnail_new (132, 100);
      const char *caption = tst_json_string (row, "caption");
      const char *file = tst_json_string (row, "file");
      g_autofree char *name = g_strdup_printf (_("Foto: %s"), caption != NULL ? caption : file != NULL ? file : "");

      tst_thumbnail_set (TST_THUMBNAIL (thumbnail), thumbnails, tst_json_string (row, "sha256"), "image-missing-symbolic", NULL);
      gtk_button_set_child (GTK_BUTTON (button), thumbnail);
      gtk_widget_add_css_class (button, "picture");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data_full (G_OBJECT (button), "row", json_object_ref (row), (GDestroyNotify) json_object_unref);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_photo_clicked), self);
      gtk_box_append (GTK_BOX (self->strip), button);
    }
  gtk_widget_set_visible (self->strip_box, rows->len > 0);
}

static void
on_note_clicked (TstEventCaptured *self, GtkWidget *button)
{
  JsonObject *row = g_object_get_data (G_OBJECT (button), "row");

  push (self, tst_note_form_new (self->session, self->event, tst_json_string (row, "work"), tst_json_string (row, "id"), tst_json_string (row, "text")));
}

static void
on_notes (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, &error);
  TstEventCaptured *self = user_data;

  if (rows == NULL)
    return;
  empty_box (self->notes);
  for (guint i = 0; i < rows->len; i++)
    {
      JsonObject *row = rows->pdata[i];
      const char *text = tst_json_string (row, "text");
      GtkWidget *button = gtk_button_new ();
      GtkWidget *label = gtk_label_new (text);
      g_autofree char *name = g_strdup_printf (_("Nota: %s"), text != NULL ? text : "");

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_lines (GTK_LABEL (label), 3);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_button_set_child (GTK_BUTTON (button), label);
      gtk_widget_add_css_class (button, "work");
      gtk_widget_add_css_class (button, "large");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data_full (G_OBJECT (button), "row", json_object_ref (row), (GDestroyNotify) json_object_unref);
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_note_clicked), self);
      gtk_box_append (GTK_BOX (self->notes), button);
    }
  gtk_widget_set_visible (self->notes, rows->len > 0);
}

static void
load (TstEventCaptured *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  TstQuery query = { .event_id = self->event, .status = "valid", .limit = STRIP };

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  tst_field_book_list_async (book, "photos", &query, self->cancellable, on_photos, self);
  query.limit = NOTES;
  tst_field_book_list_async (book, "notes", &query, self->cancellable, on_notes, self);
}

/* A page that is come back to may have missed something. */
static void
tst_event_captured_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tst_event_captured_parent_class)->map (widget);
  load (TST_EVENT_CAPTURED (widget));
}

static void
tst_event_captured_dispose (GObject *object)
{
  TstEventCaptured *self = TST_EVENT_CAPTURED (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->column, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_event_captured_parent_class)->dispose (object);
}

static void
tst_event_captured_finalize (GObject *object)
{
  g_free (TST_EVENT_CAPTURED (object)->event);
  G_OBJECT_CLASS (tst_event_captured_parent_class)->finalize (object);
}

static void
tst_event_captured_class_init (TstEventCapturedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tst_event_captured_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_event_captured_finalize;
  widget_class->map = tst_event_captured_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
tst_event_captured_init (TstEventCaptured *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 16);
  gtk_widget_set_parent (self->column, GTK_WIDGET (self));
  self->strip_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->column), self->strip_box);
  gtk_widget_add_css_class (tst_form_text (self->strip_box, _("Lo capturado")), "heading");
  self->strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->strip);
  gtk_box_append (GTK_BOX (self->strip_box), scroller);
  gtk_widget_set_visible (self->strip_box, FALSE);
  self->notes = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
}

GtkWidget *
tst_event_captured_new (TstSession *session, const char *event_id)
{
  TstEventCaptured *self = g_object_new (TST_TYPE_EVENT_CAPTURED, NULL);

  self->session = g_object_ref (session);
  self->event = g_strdup (event_id);
  gtk_box_append (GTK_BOX (self->column), tst_recording_list_new (session, event_id));
  gtk_box_append (GTK_BOX (self->column), self->notes);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
