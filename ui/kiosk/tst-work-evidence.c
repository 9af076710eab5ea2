/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-work-evidence.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-gallery-item.h"
#include "kiosk/tst-viewer-page.h"
#include "record/tst-body.h"
#include "widgets/tst-thumbnails.h"

#include <glib/gi18n.h>

/* The newest: all of them are in the gallery. */
#define MAX_PHOTOS 40
#define LARGE_WIDTH 960
#define LARGE_HEIGHT 260
#define REFRESH_MS 500

struct _TstWorkEvidence
{
  GtkBox parent_instance;
  GtkWidget *large, *picture, *line, *strip, *scrolled;
  TstPage *page; /* not owned */
  GtkWidget *viewer; /* weak */
  char *code;
  GListStore *model;
  TstThumbnails *source;
  GCancellable *cancellable;
  guint waiting, timer;
};

G_DEFINE_FINAL_TYPE (TstWorkEvidence, tst_work_evidence, GTK_TYPE_BOX)

static void
open_at (TstWorkEvidence *self, guint position)
{
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->model)))
    return;
  g_clear_weak_pointer (&self->viewer);
  g_set_weak_pointer (&self->viewer, tst_viewer_page_new (tst_page_get_session (self->page), G_LIST_MODEL (self->model), position));
  tst_page_push (self->page, TST_PAGE (self->viewer));
}

static void
on_large (TstWorkEvidence *self)
{
  open_at (self, 0);
}

static void
on_small (GtkButton *button, TstWorkEvidence *self)
{
  open_at (self, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "position")));
}

static void
on_large_ready (GdkTexture *texture, gpointer user_data)
{
  TstWorkEvidence *self = user_data;

  self->waiting = 0;
  gtk_picture_set_paintable (GTK_PICTURE (self->picture), texture != NULL ? GDK_PAINTABLE (texture) : NULL);
}

static void
show_large (TstWorkEvidence *self)
{
  g_autoptr (TstGalleryItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), 0);
  g_autofree char *title = tst_gallery_item_title (item);
  g_autofree char *date = tst_gallery_item_date (item);
  g_autofree char *line = g_strdup_printf (_("Última foto de esta tableta: %s"), date);
  g_autofree char *name = g_strdup_printf (_("Última foto, %s: %s"), date, title);
  const char *sha256 = tst_gallery_item_get_sha256 (item);
  GdkTexture *texture = NULL;

  gtk_label_set_label (GTK_LABEL (self->line), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->large), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  if (self->waiting != 0)
    tst_thumbnails_cancel (self->source, self->waiting);
  self->waiting = 0;
  if (sha256 != NULL)
    texture = tst_thumbnails_get (self->source, sha256, LARGE_WIDTH, on_large_ready, self, &self->waiting);
  if (self->waiting == 0)
    on_large_ready (texture, self);
}

static void
show_strip (TstWorkEvidence *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->strip)) != NULL)
    gtk_box_remove (GTK_BOX (self->strip), child);
  for (guint i = 1; i < n; i++)
    {
      g_autoptr (TstGalleryItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);
      g_autofree char *title = tst_gallery_item_title (item);
      g_autofree char *date = tst_gallery_item_date (item);
      g_autofree char *name = g_strdup_printf (_("%s, %s"), title, date);
      GtkWidget *button = gtk_button_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
      GtkWidget *thumbnail = tst_thumbnail_new (112, 84);
      GtkWidget *label = gtk_label_new (date);

      tst_thumbnail_set (TST_THUMBNAIL (thumbnail), self->source, tst_gallery_item_get_sha256 (item), "image-x-generic-symbolic", NULL);
      gtk_widget_add_css_class (label, "caption");
      gtk_box_append (GTK_BOX (box), thumbnail);
      gtk_box_append (GTK_BOX (box), label);
      gtk_button_set_child (GTK_BUTTON (button), box);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "card-button");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_object_set_data (G_OBJECT (button), "position", GUINT_TO_POINTER (i));
      g_signal_connect (button, "clicked", G_CALLBACK (on_small), self);
      gtk_box_append (GTK_BOX (self->strip), button);
    }
  gtk_widget_set_visible (self->scrolled, n > 1);
}

static void
take_rows (TstWorkEvidence *self, GPtrArray *rows)
{
  gboolean same = rows->len == g_list_model_get_n_items (G_LIST_MODEL (self->model));

  for (guint i = 0; same && i < rows->len; i++)
    {
      g_autoptr (TstGalleryItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), i);

      same = tst_gallery_item_update (item, rows->pdata[i]);
    }
  if (!same)
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add (items, tst_gallery_item_new (rows->pdata[i]));
      g_list_store_splice (self->model, 0, g_list_model_get_n_items (G_LIST_MODEL (self->model)), items->pdata, items->len);
      if (items->len > 0)
        show_large (self);
      show_strip (self);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), rows->len > 0);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstWorkEvidence) self = user_data;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  if (rows != NULL && self->cancellable != NULL)
    take_rows (self, rows);
}

void
tst_work_evidence_reload (TstWorkEvidence *self)
{
  TstSession *session;
  TstFieldBook *book;
  TstQuery query = { .status = "valid", .limit = MAX_PHOTOS };

  g_return_if_fail (TST_IS_WORK_EVIDENCE (self));
  session = self->cancellable != NULL ? tst_page_get_session (self->page) : NULL;
  book = session != NULL ? tst_session_get_book (session) : NULL;
  if (book == NULL)
    return;
  g_set_object (&self->source, tst_thumbnails_for_book (book));
  query.work = self->code;
  tst_field_book_list_async (book, "photos", &query, self->cancellable, on_listed, g_object_ref (self));
}

static gboolean
on_timer (gpointer user_data)
{
  TstWorkEvidence *self = user_data;

  self->timer = 0;
  tst_work_evidence_reload (self);
  return G_SOURCE_REMOVE;
}

static void
on_records_changed (TstWorkEvidence *self)
{
  if (self->timer == 0 && self->cancellable != NULL && (self->viewer != NULL || gtk_widget_get_mapped (GTK_WIDGET (self->page))))
    self->timer = g_timeout_add (REFRESH_MS, on_timer, self);
}

static void
tst_work_evidence_dispose (GObject *object)
{
  TstWorkEvidence *self = TST_WORK_EVIDENCE (object);

  if (self->waiting != 0)
    tst_thumbnails_cancel (self->source, self->waiting);
  self->waiting = 0;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_weak_pointer (&self->viewer);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (tst_work_evidence_parent_class)->dispose (object);
}

static void
tst_work_evidence_finalize (GObject *object)
{
  TstWorkEvidence *self = TST_WORK_EVIDENCE (object);

  g_clear_object (&self->model);
  g_free (self->code);
  G_OBJECT_CLASS (tst_work_evidence_parent_class)->finalize (object);
}

static void
tst_work_evidence_class_init (TstWorkEvidenceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_work_evidence_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_work_evidence_finalize;
}

static void
tst_work_evidence_init (TstWorkEvidence *self)
{
  self->cancellable = g_cancellable_new ();
  self->model = g_list_store_new (TST_TYPE_GALLERY_ITEM);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->picture = gtk_picture_new ();
  gtk_picture_set_can_shrink (GTK_PICTURE (self->picture), TRUE);
  gtk_widget_set_size_request (self->picture, -1, LARGE_HEIGHT);
  gtk_widget_set_overflow (self->picture, GTK_OVERFLOW_HIDDEN);
  self->large = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->large), self->picture);
  gtk_widget_add_css_class (self->large, "card-button");
  g_signal_connect_swapped (self->large, "clicked", G_CALLBACK (on_large), self);
  self->line = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->line), 0);
  gtk_label_set_wrap (GTK_LABEL (self->line), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->line), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (self->line, "dim-label");
  self->strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->strip);
  gtk_box_append (GTK_BOX (self), self->large);
  gtk_box_append (GTK_BOX (self), self->line);
  gtk_box_append (GTK_BOX (self), self->scrolled);
}

GtkWidget *
tst_work_evidence_new (TstPage *page, const char *code)
{
  TstWorkEvidence *self = g_object_new (TST_TYPE_WORK_EVIDENCE, NULL);

  self->page = page;
  self->code = g_strdup (code);
  g_signal_connect_object (tst_page_get_session (page), "records-changed", G_CALLBACK (on_records_changed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

GListModel *
tst_work_evidence_get_model (TstWorkEvidence *self)
{
  g_return_val_if_fail (TST_IS_WORK_EVIDENCE (self), NULL);
  return G_LIST_MODEL (self->model);
}
