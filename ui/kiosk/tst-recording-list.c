/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-recording-list.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-recording-player.h"
#include "record/tst-body.h"

#include <glib/gi18n.h>

#define SHOWN 20

struct _TstRecordingList
{
  GtkWidget parent_instance;
  TstSession *session;
  char *event;
  GtkWidget *box;
  GCancellable *cancellable;
  GPtrArray *rows; /* of both lists, while they are read */
  guint pending, n;
};

typedef enum
{
  PROP_N_RECORDINGS = 1,
} TstRecordingListProperty;

static GParamSpec *properties[PROP_N_RECORDINGS + 1];

G_DEFINE_FINAL_TYPE (TstRecordingList, tst_recording_list, GTK_TYPE_WIDGET)

static void
on_clicked (GtkWidget *button, TstRecordingList *self)
{
  GtkWidget *page = gtk_widget_get_ancestor (GTK_WIDGET (self), TST_TYPE_PAGE);

  if (page != NULL)
    tst_page_push (TST_PAGE (page), TST_PAGE (tst_photo_page_new (self->session, g_object_get_data (G_OBJECT (button), "row"))));
}

static GtkWidget *
build (TstRecordingList *self, JsonObject *row)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  const char *alt = tst_json_string (row, "alt");
  g_autofree char *title = tst_recording_title (row);
  g_autofree char *text = alt != NULL && *alt != '\0' ? g_strdup_printf ("%s\n%s", title, alt) : g_strdup (title);
  GtkWidget *label = gtk_label_new (text);

  gtk_box_append (GTK_BOX (line), gtk_image_new_from_icon_name (tst_recording_icon (row)));
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (line), label);
  gtk_button_set_child (GTK_BUTTON (button), line);
  gtk_widget_add_css_class (button, "work");
  gtk_widget_add_css_class (button, "large");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_object_set_data_full (G_OBJECT (button), "row", json_object_ref (row), (GDestroyNotify) json_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  return -g_strcmp0 (tst_json_string (*(JsonObject *const *) a, "taken_at"), tst_json_string (*(JsonObject *const *) b, "taken_at"));
}

static void
on_rows (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);
  TstRecordingList *self = user_data;
  GtkWidget *child;

  if (rows == NULL)
    return; /* cancelled: @self may be gone */
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (self->rows, json_object_ref (rows->pdata[i]));
  if (--self->pending > 0)
    return;
  g_ptr_array_sort (self->rows, newest_first);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  for (guint i = 0; i < self->rows->len; i++)
    gtk_box_append (GTK_BOX (self->box), build (self, self->rows->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
  if (self->n != self->rows->len)
    {
      self->n = self->rows->len;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RECORDINGS]);
    }
}

static void
load (TstRecordingList *self)
{
  TstFieldBook *book = tst_session_get_book (self->session);
  TstQuery query = { .event_id = self->event, .status = "valid", .limit = SHOWN };

  if (book == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_ptr_array_set_size (self->rows, 0);
  self->pending = 2;
  tst_field_book_list_async (book, "videos", &query, self->cancellable, on_rows, self);
  tst_field_book_list_async (book, "audios", &query, self->cancellable, on_rows, self);
}

static void
tst_recording_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstRecordingListProperty) id == PROP_N_RECORDINGS)
    g_value_set_uint (value, TST_RECORDING_LIST (object)->n);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_recording_list_dispose (GObject *object)
{
  TstRecordingList *self = TST_RECORDING_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (tst_recording_list_parent_class)->dispose (object);
}

static void
tst_recording_list_finalize (GObject *object)
{
  TstRecordingList *self = TST_RECORDING_LIST (object);

  g_free (self->event);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (tst_recording_list_parent_class)->finalize (object);
}

static void
tst_recording_list_class_init (TstRecordingListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_recording_list_get_property;
  object_class->dispose = tst_recording_list_dispose;
  object_class->finalize = tst_recording_list_finalize;
  properties[PROP_N_RECORDINGS] = g_param_spec_uint ("n-recordings", NULL, NULL, 0, G_MAXUINT, 0,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
tst_recording_list_init (TstRecordingList *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
tst_recording_list_new (TstSession *session, const char *event_id)
{
  TstRecordingList *self = g_object_new (TST_TYPE_RECORDING_LIST, NULL);

  self->session = g_object_ref (session);
  self->event = g_strdup (event_id);
  g_signal_connect_object (session, "records-changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
  return GTK_WIDGET (self);
}
