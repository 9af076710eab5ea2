/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-photo-import.h"

#include "base/tst-error.h"
#include "format/tst-format.h"
#include "journal/tst-field-book-async.h"
#include "kiosk/tst-compat.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "kiosk/tst-photo-item.h"
#include "kiosk/tst-photo-paste.h"
#include "kiosk/tst-photo-shared.h"
#include "kiosk/tst-place-page.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

/* Rows on the screen at a time; all are saved. */
#define SHOWN 10

struct _TstPhotoImport
{
  TstPage parent_instance;
  GtkWidget *notice, *list, *more, *shared, *shared_button, *progress, *save, *stop, *hint;
  GPtrArray *items; /* of TstPhotoItem, in order; each holds a reference */
  TstPhotoItem *placing; /* whose place is being put; compared only */
  char *event, *need, *viewpoint;
  TstDraftKeeper *draft;
  GCancellable *cancellable;
  guint n_saved, n_refused, n_known, at, shown; /* @n_known: of the refused, those that are here already */
  gboolean busy, stopping;
};

typedef enum
{
  PROP_N_FILES = 1,
  PROP_N_SAVED,
  PROP_N_REFUSED,
  PROP_BUSY,
} TstPhotoImportProperty;

static GParamSpec *properties[PROP_BUSY + 1];

G_DEFINE_FINAL_TYPE (TstPhotoImport, tst_photo_import, TST_TYPE_PAGE)

static gboolean
waits (TstPhotoItem *item)
{
  const char *state = tst_photo_item_get_state (item);

  return g_str_equal (state, "reading") || g_str_equal (state, "ready");
}

static guint
count_waiting (TstPhotoImport *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    n += waits (self->items->pdata[i]);
  return n;
}

static void
update (TstPhotoImport *self)
{
  guint n = count_waiting (self);
  g_autofree char *number = tst_format_number (n, 0);
  g_autofree char *label = g_strdup_printf (ngettext ("Guardar %s foto", "Guardar %s fotos", n), number);

  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->save))), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->save), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_visible (self->save, !self->busy && n > 0);
  gtk_widget_set_visible (self->stop, self->busy);
  gtk_widget_set_visible (self->progress, self->busy);
  gtk_widget_set_visible (self->shared_button, n > 0);
  gtk_widget_set_visible (self->shared, n > 0 && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->shared_button)));
  gtk_widget_set_visible (self->hint, self->items->len == 0);
  gtk_widget_set_visible (self->more, self->shown < self->items->len);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.save", !self->busy && n > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.choose", !self->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.paste", !self->busy);
}

static void
show_rows (TstPhotoImport *self, guint upto)
{
  for (; self->shown < MIN (upto, self->items->len); self->shown++)
    {
      tst_photo_item_build (self->items->pdata[self->shown]);
      gtk_box_append (GTK_BOX (self->list), self->items->pdata[self->shown]);
    }
  update (self);
}

static void
on_more (TstPhotoImport *self)
{
  show_rows (self, self->shown + SHOWN);
}

/* --- draft --- */

static JsonObject *
collect (gpointer page)
{
  TstPhotoImport *self = page;
  JsonObject *content;
  JsonArray *files;

  if (count_waiting (self) == 0)
    return NULL;
  content = json_object_new ();
  files = json_array_new ();
  json_object_set_array_member (content, "files", files);
  for (guint i = 0; i < self->items->len; i++)
    {
      TstPhotoItem *item = self->items->pdata[i];

      if (waits (item) && g_utf8_validate (tst_photo_item_get_path (item), -1, NULL))
        json_array_add_object_element (files, tst_photo_item_collect (item));
    }
  tst_photo_shared_collect (TST_PHOTO_SHARED (self->shared), content);
  return content;
}

static void
on_changed (TstPhotoImport *self)
{
  tst_draft_keeper_touch (self->draft);
}

static void
on_remove (TstPhotoImport *self, TstPhotoItem *item)
{
  guint index;

  if (self->busy || !g_ptr_array_find (self->items, item, &index))
    return;
  tst_photo_item_forget (item);
  if (gtk_widget_get_parent (GTK_WIDGET (item)) == self->list)
    {
      gtk_box_remove (GTK_BOX (self->list), GTK_WIDGET (item));
      self->shown--;
    }
  g_ptr_array_remove_index (self->items, index);
  update (self);
  on_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FILES]);
}

static void on_place (TstPhotoImport *self, TstPhotoItem *item);

static TstPhotoItem *
add_path (TstPhotoImport *self, const char *path, const char *name, gboolean temporary)
{
  TstPhotoItem *item;

  for (guint i = 0; i < self->items->len; i++)
    if (g_strcmp0 (tst_photo_item_get_path (self->items->pdata[i]), path) == 0)
      return NULL;
  item = TST_PHOTO_ITEM (g_object_ref_sink (tst_photo_item_new (path, name, temporary)));
  g_signal_connect_swapped (item, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (item, "remove", G_CALLBACK (on_remove), self);
  g_signal_connect_swapped (item, "place", G_CALLBACK (on_place), self);
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (update), self);
  g_ptr_array_add (self->items, item);
  return item;
}

static void
added (TstPhotoImport *self)
{
  show_rows (self, MAX (self->shown, SHOWN));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FILES]);
}

/* What was pasted lies among the drafts and nowhere else. */
static void
on_discard (TstPhotoImport *self, GtkWidget *button)
{
  if (self->busy || !gtk_widget_has_css_class (button, "destructive-action"))
    return;
  for (guint i = 0; i < self->items->len; i++)
    tst_photo_item_forget (self->items->pdata[i]);
}

static void
restore (gpointer page, JsonObject *content)
{
  TstPhotoImport *self = page;
  JsonArray *files = tst_json_array (content, "files");
  GtkWidget *discard;

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      const char *path = tst_json_string (file, "path");
      const char *name = tst_json_string (file, "name");
      TstPhotoItem *item = path != NULL && name != NULL
                             ? add_path (self, path, name, tst_json_bool (file, "temporary", FALSE)) : NULL;

      if (item != NULL)
        tst_photo_item_restore (item, file);
    }
  tst_photo_shared_restore (TST_PHOTO_SHARED (self->shared), content);
  discard = tst_draft_keeper_offer (self->draft, self->notice, _("Estas fotos quedaron sin guardar la última vez. Revíselas y guárdelas."));
  if (discard != NULL)
    g_signal_connect_swapped (discard, "clicked", G_CALLBACK (on_discard), self);
  added (self);
}

/* --- choosing --- */

void
tst_photo_import_set_purpose (TstPhotoImport *self, const char *need, const char *viewpoint)
{
  g_return_if_fail (TST_IS_PHOTO_IMPORT (self));
  g_free (self->need);
  g_free (self->viewpoint);
  self->need = g_strdup (need);
  self->viewpoint = g_strdup (viewpoint);
}

void
tst_photo_import_add_files (TstPhotoImport *self, GListModel *files)
{
  guint n = g_list_model_get_n_items (files);
  const char *not_file = NULL;

  g_return_if_fail (TST_IS_PHOTO_IMPORT (self));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = NULL;
      g_autofree char *name = NULL;
      const char *reason = tst_photo_paste_check (file, &path, &name);

      if (reason == NULL)
        add_path (self, path, name, FALSE);
      else
        not_file = reason;
    }
  tst_form_notice_set (self->notice, not_file, TRUE);
  added (self);
  on_changed (self);
}

static void
on_chosen (GListModel *files, gpointer user_data)
{
  if (files != NULL)
    tst_photo_import_add_files (user_data, files);
}

static void
on_choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkFileFilter) filter = tst_photo_paste_filter ();

  tst_compat_open_files (widget, _("Elegir fotos"), filter, TRUE, on_chosen, widget, G_OBJECT (widget));
}

static void
on_pasted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  TstPhotoImport *self = user_data;
  g_autofree char *path = tst_photo_paste_write_finish (result, &error);

  if (path != NULL)
    {
      add_path (self, path, _("Imagen pegada"), TRUE);
      added (self);
      on_changed (self);
    }
  else if (!tst_message_is_cancelled (error))
    {
      g_autofree char *text = tst_message_for_error (error);

      tst_form_notice_set (self->notice, text, TRUE);
    }
}

void
tst_photo_import_add_texture (TstPhotoImport *self, GdkTexture *texture)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autofree char *folder = NULL;

  g_return_if_fail (TST_IS_PHOTO_IMPORT (self) && GDK_IS_TEXTURE (texture));
  if (book == NULL)
    return;
  folder = g_build_filename (tst_field_book_get_folder (book), "drafts", NULL);
  tst_photo_paste_write_async (texture, folder, self->event, self->cancellable, on_pasted, self);
}

gboolean
tst_photo_import_take (TstPhotoImport *self, const GValue *value)
{
  g_return_val_if_fail (TST_IS_PHOTO_IMPORT (self), FALSE);
  if (self->busy)
    return FALSE;
  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    {
      tst_photo_import_add_texture (self, g_value_get_object (value));
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GListModel) files = tst_photo_paste_files (g_value_get_boxed (value));

      tst_photo_import_add_files (self, files);
      return TRUE;
    }
  return FALSE;
}

static void
on_clipboard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value != NULL)
    tst_photo_import_take (user_data, value);
}

static void
on_paste (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);

  if (self->busy)
    return;
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, self->cancellable, on_clipboard, self);
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE))
    gdk_clipboard_read_value_async (clipboard, GDK_TYPE_TEXTURE, G_PRIORITY_DEFAULT, self->cancellable, on_clipboard, self);
  else
    tst_form_notice_set (self->notice, _("No hay ninguna foto para pegar. Copie primero una foto o su archivo."), TRUE);
}

/* What the program was given on its command line while this page is shown already. */
static void
on_files (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GListModel) files = tst_photo_paste_paths (parameter);

  if (!TST_PHOTO_IMPORT (widget)->busy)
    tst_photo_import_add_files (TST_PHOTO_IMPORT (widget), files);
}

/* --- places --- */

static void
on_placed (TstPhotoImport *self, double lat, double lon)
{
  guint index;

  /* The person may have taken it off the list meanwhile. */
  if (self->placing == NULL || self->busy || !g_ptr_array_find (self->items, self->placing, &index))
    return;
  tst_photo_item_set_pin (self->placing, lat, lon);
  on_changed (self);
}

static void
on_place (TstPhotoImport *self, TstPhotoItem *item)
{
  double lat, lon;
  GtkWidget *place;

  if (self->busy)
    return;
  self->placing = item;
  tst_photo_item_get_place (item, &lat, &lon);
  place = tst_place_page_new (tst_page_get_session (TST_PAGE (self)), tst_photo_item_get_name (item), lat, lon,
                              tst_photo_shared_get_work (TST_PHOTO_SHARED (self->shared)));
  g_signal_connect_object (place, "placed", G_CALLBACK (on_placed), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (self), TST_PAGE (place));
}

/* --- saving, one after the other --- */

static void save_next (TstPhotoImport *self);

static void
finish (TstPhotoImport *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  g_autofree char *saved = tst_format_number (self->n_saved, 0);
  g_autofree char *text = g_strdup_printf (ngettext ("%s foto guardada en esta tableta", "%s fotos guardadas en esta tableta", self->n_saved), saved);

  self->busy = FALSE;
  if (count_waiting (self) == 0)
    tst_draft_keeper_done (self->draft);
  else
    on_changed (self);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  if (self->n_saved > 0)
    tst_session_saved (session);
  /* A card is brought again with all that is on it: what is here already is no trouble, and nothing is left to do. */
  if (self->n_refused == self->n_known && count_waiting (self) == 0)
    {
      g_autofree char *known = tst_format_number (self->n_known, 0);
      g_autofree char *both
        = g_strdup_printf (ngettext ("%s. %s ya estaba aquí y no se repite.", "%s. %s ya estaban aquí y no se repiten.", self->n_known), text, known);
      g_autofree char *none
        = g_strdup_printf (ngettext ("Nada nuevo: %s foto ya estaba aquí y no se repite.", "Nada nuevo: %s fotos ya estaban aquí y no se repiten.",
                                     self->n_known), known);

      tst_session_toast (session, self->n_known == 0 ? text : self->n_saved > 0 ? both : none);
      tst_page_leave (TST_PAGE (self));
      return;
    }
  if (self->n_refused > 0)
    {
      g_autofree char *refused = tst_format_number (self->n_refused, 0);
      g_autofree char *both = g_strdup_printf (ngettext ("%s. %s no se pudo guardar: abajo está la razón.",
                                                         "%s. %s no se pudieron guardar: abajo está la razón de cada una.",
                                                         self->n_refused), text, refused);

      tst_form_notice_set (self->notice, both, TRUE);
    }
  else
    tst_form_notice_set (self->notice, text, FALSE);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstPhotoImport) self = user_data;
  g_autoptr (GError) error = NULL;
  TstPhotoResult photo = { 0 };
  gboolean good = tst_field_book_add_photo_finish (TST_FIELD_BOOK (source), result, &photo, &error);
  TstPhotoItem *item;

  if (good)
    tst_photo_result_clear (&photo);
  if (self->cancellable == NULL)
    return;
  item = self->items->pdata[self->at++];
  if (good)
    {
      tst_photo_item_forget (item);
      self->n_saved++;
      tst_photo_item_set_state (item, "saved", NULL);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_SAVED]);
    }
  else
    {
      self->n_refused++;
      self->n_known += g_error_matches (error, TST_ERROR, TST_ERROR_DUPLICATE);
      tst_photo_item_set_state (item, "refused", error);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REFUSED]);
    }
  save_next (self);
}

static void
save_next (TstPhotoImport *self)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  guint n = self->items->len;
  TstPhotoItem *item;
  g_autofree char *caption = NULL;
  g_autofree char *alt = NULL;
  g_autofree char *text = NULL;
  TstPhotoShared *shared = TST_PHOTO_SHARED (self->shared);
  TstPhotoSpec spec = { 0 };
  TstPlace pin, rest;
  double lat, lon;

  while (self->at < n && !waits (self->items->pdata[self->at]))
    self->at++;
  if (self->at >= n || self->stopping)
    {
      finish (self);
      return;
    }
  item = self->items->pdata[self->at];
  caption = tst_photo_item_dup_caption (item);
  alt = tst_photo_item_dup_alt (item);
  spec.event_id = self->event;
  spec.need = self->need;
  spec.viewpoint = self->viewpoint;
  spec.work = tst_photo_shared_get_work (shared);
  spec.phase = tst_photo_shared_get_phase (shared);
  spec.item = tst_photo_shared_get_item (shared);
  tst_photo_item_get_pin (item, &lat, &lon);
  spec.place = tst_photo_pin_place (lat, lon, &pin) ? &pin : NULL;
  spec.else_place = tst_photo_shared_get_place (shared, &rest) ? &rest : NULL;
  spec.caption = *caption != '\0' ? caption : NULL;
  spec.alt = *alt != '\0' ? alt : NULL;
  spec.display_name = tst_photo_item_get_name (item);
  tst_photo_item_set_state (item, "saving", NULL);
  text = g_strdup_printf (_("%u de %u"), self->at + 1, n);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), (double) self->at / n);
  tst_field_book_add_photo_async (book, &spec, tst_photo_item_get_path (item), NULL, on_saved, g_object_ref (self));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (widget);

  if (self->busy || tst_session_get_book (tst_page_get_session (TST_PAGE (self))) == NULL)
    return;
  self->busy = TRUE;
  self->stopping = FALSE;
  self->at = 0;
  self->n_saved = self->n_refused = self->n_known = 0;
  /* What was refused before the batch began, or in one before it, still stands on the page. */
  for (guint i = 0; i < self->items->len; i++)
    self->n_refused += g_str_equal (tst_photo_item_get_state (self->items->pdata[i]), "refused");
  tst_form_notice_set (self->notice, NULL, FALSE);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  save_next (self);
}

static void
on_stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TST_PHOTO_IMPORT (widget)->stopping = TRUE;
}

/* --- the widget --- */

static gboolean
tst_photo_import_may_leave (TstPage *page)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (page);

  if (self->busy)
    self->stopping = TRUE;
  return !self->busy;
}

static void
tst_photo_import_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (object);

  switch ((TstPhotoImportProperty) id)
    {
    case PROP_N_FILES:
      g_value_set_uint (value, self->items->len);
      break;
    case PROP_N_SAVED:
      g_value_set_uint (value, self->n_saved);
      break;
    case PROP_N_REFUSED:
      g_value_set_uint (value, self->n_refused);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tst_photo_import_constructed (GObject *object)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (object);
  GtkWidget *column, *foot;
  GtkDropTarget *target;

  G_OBJECT_CLASS (tst_photo_import_parent_class)->constructed (object);
  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, &column, &foot));
  self->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (column), self->notice);

  gtk_box_append (GTK_BOX (column), tst_photo_paste_box (&self->hint));

  self->shared_button = gtk_toggle_button_new_with_label (_("Obra, momento y posición, para todas"));
  tst_build_wrap_button (self->shared_button);
  gtk_widget_add_css_class (self->shared_button, "large");
  g_signal_connect_swapped (self->shared_button, "toggled", G_CALLBACK (update), self);
  gtk_box_append (GTK_BOX (column), self->shared_button);
  self->shared = tst_photo_shared_new (TST_PAGE (self));
  g_signal_connect_swapped (self->shared, "changed", G_CALLBACK (on_changed), self);
  gtk_box_append (GTK_BOX (column), self->shared);

  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (column), self->list);
  self->more = tst_form_button (_("Mostrar más"), NULL);
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (on_more), self);
  gtk_box_append (GTK_BOX (column), self->more);

  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Fotos guardadas"), -1);
  gtk_box_append (GTK_BOX (foot), self->progress);
  self->save = tst_form_button ("", "main suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->save), "import.save");
  gtk_box_append (GTK_BOX (foot), self->save);
  self->stop = tst_form_button (_("Detener"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->stop), "import.stop");
  gtk_box_append (GTK_BOX (foot), self->stop);

  target = tst_photo_paste_drop_target ();
  g_signal_connect_swapped (target, "drop", G_CALLBACK (tst_photo_import_take), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  gtk_widget_add_controller (GTK_WIDGET (self), tst_photo_paste_keys ());
  update (self);
}

static void
tst_photo_import_dispose (GObject *object)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (object);

  g_clear_pointer (&self->draft, tst_draft_keeper_free);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  for (guint i = 0; i < self->items->len; i++)
    g_signal_handlers_disconnect_by_data (self->items->pdata[i], self);
  G_OBJECT_CLASS (tst_photo_import_parent_class)->dispose (object);
}

static void
tst_photo_import_finalize (GObject *object)
{
  TstPhotoImport *self = TST_PHOTO_IMPORT (object);

  g_ptr_array_unref (self->items);
  g_free (self->event);
  g_free (self->need);
  g_free (self->viewpoint);
  G_OBJECT_CLASS (tst_photo_import_parent_class)->finalize (object);
}

static void
tst_photo_import_class_init (TstPhotoImportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->constructed = tst_photo_import_constructed;
  object_class->get_property = tst_photo_import_get_property;
  object_class->dispose = tst_photo_import_dispose;
  object_class->finalize = tst_photo_import_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_photo_import_may_leave;
  properties[PROP_N_FILES] = g_param_spec_uint ("n-files", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_SAVED] = g_param_spec_uint ("n-saved", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_REFUSED] = g_param_spec_uint ("n-refused", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (widget_class, "import.choose", NULL, on_choose);
  gtk_widget_class_install_action (widget_class, "import.save", NULL, on_save);
  gtk_widget_class_install_action (widget_class, "import.stop", NULL, on_stop);
  gtk_widget_class_install_action (widget_class, "import.paste", NULL, on_paste);
  gtk_widget_class_install_action (widget_class, "event.import-files", "aay", on_files);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "import.save", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "import.paste", NULL);
}

static void
tst_photo_import_init (TstPhotoImport *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
tst_photo_import_new (TstSession *session, const char *event_id, const char *work, const char *work_title)
{
  TstPhotoImport *self = g_object_new (TST_TYPE_PHOTO_IMPORT, "session", session, "title", _("Fotos"), NULL);
  g_autofree char *key = g_strconcat ("photos-", event_id, NULL);

  self->event = g_strdup (event_id);
  tst_photo_shared_set_work (TST_PHOTO_SHARED (self->shared), work, work_title);
  self->draft = tst_draft_keeper_new (TST_PAGE (self), key, FALSE, collect, restore);
  tst_draft_keeper_merge (self->draft);
  return GTK_WIDGET (self);
}

const char *
tst_photo_import_get_code (TstPhotoImport *self, guint at)
{
  g_return_val_if_fail (TST_IS_PHOTO_IMPORT (self) && at < self->items->len, NULL);
  return tst_photo_item_get_code (self->items->pdata[at]);
}
