/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-viewer-page.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-photo-page.h"
#include "kiosk/tst-proof-page.h"
#include "kiosk/tst-recording-player.h"
#include "kiosk/tst-viewer-facts.h"
#include "kiosk/tst-visit-shared.h"
#include "kiosk/tst-work-picker.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"
#include "widgets/tst-fit-scroller.h"
#include "widgets/tst-hidden.h"
#include "widgets/tst-thumbnails.h"
#include "widgets/tst-wrap.h"
#include "widgets/tst-zoom-picture.h"

#include <glib/gi18n.h>

/* Pixels across: enough for any tablet, and for looking nearer. */
#define WHOLE_WIDTH 1280
#define NEAR_WIDTH 3200
#define NEAR_ZOOM 1.5
#define UNDO_MS 6000

struct _TstViewerPage
{
  TstPage parent_instance;
  GtkWidget *picture, *failed, *previous, *next, *near, *far, *caption, *state, *info_toggle, *info, *undo_bar, *undo_label;
  GtkWidget *frame, *player; /* frame: of the picture or the player */
  GListModel *model;
  guint position;
  TstGalleryItem *item;
  gulong item_handler, model_handler;
  TstThumbnails *source;
  guint waiting, shown_width;
  guint undo_ms, undo_timer;
  char *doomed;            /* record id, until the moment is over */
  char *moved, *moved_from; /* record id and its work before (nullable); until one goes on */
  guint steps; /* how often one went on: what came of an act before that is only said */
  gboolean saving;
};

G_DEFINE_FINAL_TYPE (TstViewerPage, tst_viewer_page, TST_TYPE_PAGE)

static void show_position (TstViewerPage *self, guint position);

/* --- the picture --- */

static void
stop_waiting (TstViewerPage *self)
{
  if (self->waiting != 0)
    tst_thumbnails_cancel (self->source, self->waiting);
  self->waiting = 0;
}

static void
on_picture (GdkTexture *texture, gpointer user_data)
{
  TstViewerPage *self = user_data;

  self->waiting = 0;
  if (texture != NULL)
    tst_zoom_picture_set_texture (TST_ZOOM_PICTURE (self->picture), texture);
  gtk_widget_set_visible (self->failed, tst_zoom_picture_get_texture (TST_ZOOM_PICTURE (self->picture)) == NULL);
}

static void
ask_picture (TstViewerPage *self, guint width)
{
  const char *sha256 = self->item != NULL ? tst_gallery_item_get_sha256 (self->item) : NULL;
  GdkTexture *texture = NULL;

  stop_waiting (self);
  /* Its row is not read yet: on_item_changed() asks again. */
  self->shown_width = self->item != NULL && tst_gallery_item_get_id (self->item) != NULL ? width : 0;
  if (self->shown_width == 0)
    return;
  if (tst_gallery_item_is_recording (self->item))
    {
      tst_recording_player_set (TST_RECORDING_PLAYER (self->player), tst_session_get_book (tst_page_get_session (TST_PAGE (self))),
                                tst_gallery_item_get_row (self->item));
      return;
    }
  if (sha256 != NULL && self->source != NULL)
    texture = tst_thumbnails_get (self->source, sha256, width, on_picture, self, &self->waiting);
  if (texture != NULL || self->waiting == 0)
    on_picture (texture, self);
}

static void
on_zoom (TstViewerPage *self)
{
  double zoom = tst_zoom_picture_get_zoom (TST_ZOOM_PICTURE (self->picture));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.zoom-in", zoom < TST_ZOOM_MAX);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.zoom-out", zoom > 1);
  if (zoom >= NEAR_ZOOM && self->shown_width < NEAR_WIDTH && self->item != NULL)
    ask_picture (self, NEAR_WIDTH);
}

/* --- the words --- */

static gboolean
can_be_viewpoint (JsonObject *row)
{
  return !tst_recording_is (row) && tst_json_string (row, "work") != NULL && tst_json_object (row, "place") != NULL;
}

static void
show_item (TstViewerPage *self)
{
  g_autofree char *title = tst_gallery_item_title (self->item);
  g_autofree char *date = tst_gallery_item_date (self->item);
  g_autofree char *state = tst_gallery_item_state (self->item);
  g_autofree char *line = g_strdup_printf (_("%s · %s"), date, state);
  JsonObject *row = tst_gallery_item_get_row (self->item);
  gboolean recording = tst_recording_is (row);
  const char *alt = tst_json_string (row, "alt");

  g_object_set (self, "title", !recording ? _("Foto") : tst_recording_is_film (row) ? _("Video") : _("Nota de voz"), NULL);
  gtk_stack_set_visible_child_name (GTK_STACK (self->frame), recording ? "player" : "picture");
  gtk_widget_set_visible (self->near, !recording);
  gtk_widget_set_visible (self->far, !recording);
  gtk_label_set_label (GTK_LABEL (self->caption), title);
  gtk_label_set_label (GTK_LABEL (self->state), line);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture), GTK_ACCESSIBLE_PROPERTY_LABEL, alt != NULL ? alt : title, -1);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.viewpoint", can_be_viewpoint (row));
  tst_viewer_facts_fill (self->info, tst_page_get_session (TST_PAGE (self)), row);
}

static void
on_item_changed (TstViewerPage *self)
{
  show_item (self);
  if (self->shown_width == 0)
    ask_picture (self, WHOLE_WIDTH);
}

static void
show_position (TstViewerPage *self, guint position)
{
  guint n = g_list_model_get_n_items (self->model);
  g_autoptr (TstGalleryItem) item = NULL;
  g_autofree char *subtitle = NULL;

  if (n == 0)
    {
      /* What is said lies over the page that is shown next. */
      TstSession *session = tst_page_get_session (TST_PAGE (self));
      g_autofree char *said = self->moved != NULL ? g_strdup (gtk_label_get_label (GTK_LABEL (self->undo_label))) : NULL;

      tst_page_leave (TST_PAGE (self));
      if (said != NULL)
        tst_session_toast (session, said);
      return;
    }
  self->position = MIN (position, n - 1);
  item = g_list_model_get_item (self->model, self->position);
  subtitle = g_strdup_printf (_("%u de %u"), self->position + 1, n);
  tst_page_set_subtitle (TST_PAGE (self), subtitle);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.previous", self->position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "viewer.next", self->position + 1 < n);
  if (item == self->item)
    return;
  if (self->item != NULL)
    g_clear_signal_handler (&self->item_handler, self->item);
  /* The same record as another object: what is being done to it goes on. */
  if (self->item == NULL || g_strcmp0 (tst_gallery_item_get_id (self->item), tst_gallery_item_get_id (item)) != 0)
    {
      g_set_object (&self->item, item);
      tst_zoom_picture_set_texture (TST_ZOOM_PICTURE (self->picture), NULL);
      tst_zoom_picture_set_zoom (TST_ZOOM_PICTURE (self->picture), 1);
      tst_recording_player_set (TST_RECORDING_PLAYER (self->player), NULL, NULL);
      gtk_widget_set_visible (self->failed, FALSE);
      ask_picture (self, WHOLE_WIDTH);
    }
  else
    g_set_object (&self->item, item);
  self->item_handler = g_signal_connect_swapped (item, "changed", G_CALLBACK (on_item_changed), self);
  show_item (self);
}

static void
on_model_changed (TstViewerPage *self)
{
  const char *id = self->item != NULL ? tst_gallery_item_get_id (self->item) : NULL;
  guint n = g_list_model_get_n_items (self->model);

  if (TST_IS_GALLERY_MODEL (self->model))
    {
      guint at = tst_gallery_model_find (TST_GALLERY_MODEL (self->model), id);

      show_position (self, at != GTK_INVALID_LIST_POSITION ? at : self->position);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (TstGalleryItem) item = g_list_model_get_item (self->model, i);

      if (g_strcmp0 (tst_gallery_item_get_id (item), id) == 0)
        {
          show_position (self, i);
          return;
        }
    }
  show_position (self, self->position);
}

/* --- changing it --- */

static void
act_edit (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);

  if (self->item != NULL && tst_gallery_item_get_id (self->item) != NULL)
    tst_page_push (TST_PAGE (self), TST_PAGE (tst_photo_page_new (tst_page_get_session (TST_PAGE (self)), tst_gallery_item_get_row (self->item))));
}

/* What could be taken back until now no longer can. */
static void
forget_move (TstViewerPage *self)
{
  if (self->moved != NULL)
    gtk_widget_set_visible (self->undo_bar, FALSE);
  g_clear_pointer (&self->moved, g_free);
  g_clear_pointer (&self->moved_from, g_free);
}

typedef struct
{
  TstViewerPage *page;
  guint steps;
  char *id, *from, *said; /* @from, @said: (nullable) the work before, and what to say; both NULL: this takes a move back */
} Move;

static void
move_free (Move *move)
{
  g_object_unref (move->page);
  g_free (move->id);
  g_free (move->from);
  g_free (move->said);
  g_free (move);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Move, move_free)

static void
on_moved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Move) move = user_data;
  TstViewerPage *self = move->page;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, NULL);
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  self->saving = FALSE;
  if (session == NULL)
    return;
  if (id == NULL)
    {
      tst_session_toast (session, _("No se pudo cambiar de obra. Sigue donde estaba."));
      return;
    }
  forget_move (self);
  if (move->said != NULL && move->steps != self->steps)
    tst_session_toast (session, move->said);
  else if (move->said != NULL)
    {
      self->moved = g_steal_pointer (&move->id);
      self->moved_from = g_steal_pointer (&move->from);
      gtk_label_set_label (GTK_LABEL (self->undo_label), move->said);
      gtk_widget_set_visible (self->undo_bar, TRUE);
    }
  else
    tst_session_toast (session, _("Volvió a la obra en la que estaba."));
  tst_session_saved (session);
}

/* @said: (transfer full) (nullable). */
static void
move_to (TstViewerPage *self, const char *id, const char *work, const char *from, char *said)
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (self)));
  g_autoptr (JsonObject) changes = json_object_new ();
  Move *move;

  if (book == NULL || self->saving)
    {
      g_free (said);
      return;
    }
  if (work != NULL)
    json_object_set_string_member (changes, "work", work);
  else
    json_object_set_null_member (changes, "work");
  move = g_new0 (Move, 1);
  move->page = g_object_ref (self);
  move->steps = self->steps;
  move->id = g_strdup (id);
  move->from = g_strdup (from);
  move->said = said;
  self->saving = TRUE;
  tst_field_book_amend_async (book, id, changes, NULL, on_moved, move);
}

static void
on_picked (TstViewerPage *self, const char *work, const char *title)
{
  const char *now = self->item != NULL ? tst_json_string (tst_gallery_item_get_row (self->item), "work") : NULL;

  if (self->item == NULL || tst_gallery_item_get_id (self->item) == NULL)
    return;
  if (g_strcmp0 (now, work) == 0)
    {
      tst_session_toast (tst_page_get_session (TST_PAGE (self)), work != NULL ? _("Ya es de esa obra.") : _("Ya está sin obra."));
      return;
    }
  move_to (self, tst_gallery_item_get_id (self->item), work, now,
           work != NULL ? g_strdup_printf (_("Pasó a la obra «%s»."), title != NULL ? title : work) : g_strdup (_("Ya no es de ninguna obra.")));
}

static void
act_work (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);
  GtkWidget *picker;

  if (self->item == NULL || tst_gallery_item_get_id (self->item) == NULL)
    return;
  picker = tst_work_picker_new (tst_page_get_session (TST_PAGE (self)));
  g_signal_connect_object (picker, "picked", G_CALLBACK (on_picked), self, G_CONNECT_SWAPPED);
  tst_page_push (TST_PAGE (self), TST_PAGE (picker));
}

static void
on_discarded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstSession) session = user_data;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, NULL);

  if (id == NULL)
    tst_session_toast (session, _("No se pudo descartar. Sigue guardada."));
  else
    {
      tst_session_toast (session, _("Descartada."));
      tst_session_saved (session);
    }
}

/* The moment is over, or the person went on: now it is written down. */
static void
discard_now (TstViewerPage *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));
  TstFieldBook *book = session != NULL ? tst_session_get_book (session) : NULL;
  g_autofree char *id = g_steal_pointer (&self->doomed);

  g_clear_handle_id (&self->undo_timer, g_source_remove);
  gtk_widget_set_visible (self->undo_bar, FALSE);
  if (id != NULL && book != NULL)
    tst_field_book_discard_async (book, id, NULL, on_discarded, g_object_ref (session));
}

static gboolean
on_undo_over (gpointer user_data)
{
  TstViewerPage *self = user_data;

  self->undo_timer = 0;
  discard_now (self);
  return G_SOURCE_REMOVE;
}

static void
act_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);
  g_autofree char *text = NULL;

  if (self->item == NULL || tst_gallery_item_get_id (self->item) == NULL)
    return;
  if (self->doomed != NULL)
    discard_now (self);
  forget_move (self);
  self->doomed = g_strdup (tst_gallery_item_get_id (self->item));
  text = g_strdup_printf (ngettext ("Se descarta en %u segundo.", "Se descarta en %u segundos.", self->undo_ms / 1000),
                          self->undo_ms / 1000);
  gtk_label_set_label (GTK_LABEL (self->undo_label), text);
  gtk_widget_set_visible (self->undo_bar, TRUE);
  self->undo_timer = g_timeout_add (self->undo_ms, on_undo_over, self);
}

static void
act_undo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);

  if (self->moved != NULL)
    {
      move_to (self, self->moved, self->moved_from, NULL, NULL);
      return;
    }
  g_clear_handle_id (&self->undo_timer, g_source_remove);
  g_clear_pointer (&self->doomed, g_free);
  gtk_widget_set_visible (self->undo_bar, FALSE);
}

/* --- moving about --- */

static void
move_by (TstViewerPage *self, int step)
{
  if (self->doomed != NULL)
    discard_now (self);
  forget_move (self);
  self->steps++;
  if (step < 0 ? self->position > 0 : self->position + 1 < g_list_model_get_n_items (self->model))
    show_position (self, self->position + step);
}

static void
act_next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_by (TST_VIEWER_PAGE (widget), 1);
}

static void
act_previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  move_by (TST_VIEWER_PAGE (widget), -1);
}

static void
act_zoom_in (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstZoomPicture *picture = TST_ZOOM_PICTURE (TST_VIEWER_PAGE (widget)->picture);

  tst_zoom_picture_set_zoom (picture, tst_zoom_picture_get_zoom (picture) * 1.5);
}

static void
act_zoom_out (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstZoomPicture *picture = TST_ZOOM_PICTURE (TST_VIEWER_PAGE (widget)->picture);

  tst_zoom_picture_set_zoom (picture, tst_zoom_picture_get_zoom (picture) / 1.5);
}

static void
act_proof (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);

  if (self->item != NULL)
    tst_page_push (TST_PAGE (self), TST_PAGE (tst_proof_page_new (tst_page_get_session (TST_PAGE (self)), tst_gallery_item_get_id (self->item))));
}

static void
tst_viewer_page_hidden (TstPage *page)
{
  tst_recording_player_pause (TST_RECORDING_PLAYER (TST_VIEWER_PAGE (page)->player));
  if (TST_VIEWER_PAGE (page)->doomed != NULL)
    discard_now (TST_VIEWER_PAGE (page));
}

static void
tst_viewer_page_dispose (GObject *object)
{
  TstViewerPage *self = TST_VIEWER_PAGE (object);

  if (self->doomed != NULL)
    discard_now (self);
  stop_waiting (self);
  g_clear_handle_id (&self->undo_timer, g_source_remove);
  if (self->model != NULL)
    g_clear_signal_handler (&self->model_handler, self->model);
  if (self->item != NULL)
    g_clear_signal_handler (&self->item_handler, self->item);
  g_clear_object (&self->model);
  g_clear_object (&self->item);
  g_clear_object (&self->source);
  g_clear_pointer (&self->moved, g_free);
  g_clear_pointer (&self->moved_from, g_free);
  G_OBJECT_CLASS (tst_viewer_page_parent_class)->dispose (object);
}

/* The next visit comes back to where this one was taken: that needs a work and a place. */
static void
act_viewpoint (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TstViewerPage *self = TST_VIEWER_PAGE (widget);
  JsonObject *row = self->item != NULL ? tst_gallery_item_get_row (self->item) : NULL;

  if (row != NULL)
    tst_visit_save_viewpoint (TST_PAGE (self), tst_gallery_item_get_id (self->item), tst_json_string (row, "work"));
}

static void
tst_viewer_page_class_init (TstViewerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "viewer.next", act_next }, { "viewer.previous", act_previous }, { "viewer.zoom-in", act_zoom_in },
    { "viewer.zoom-out", act_zoom_out }, { "viewer.proof", act_proof }, { "viewer.edit", act_edit }, { "viewer.work", act_work },
    { "viewer.discard", act_discard }, { "viewer.undo", act_undo }, { "viewer.viewpoint", act_viewpoint },
  };

  G_OBJECT_CLASS (klass)->dispose = tst_viewer_page_dispose;
  TST_PAGE_CLASS (klass)->hidden = tst_viewer_page_hidden;
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, 0, "viewer.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, 0, "viewer.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "viewer.undo", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK, "viewer.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, GDK_CONTROL_MASK, "viewer.zoom-out", NULL);
}

static GtkWidget *
icon_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_size_request (button, 48, 48);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
text_button (const char *label, const char *action)
{
  GtkWidget *button = tst_build_large_button (label);

  tst_build_wrap_button (button);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
make_words (TstViewerPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *undo = text_button (_("Deshacer"), "viewer.undo");
  GtkWidget *actions = tst_wrap_new ();

  self->caption = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->caption), 0);
  gtk_label_set_wrap (GTK_LABEL (self->caption), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->caption), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->caption), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->caption), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->caption, "heading");
  self->state = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->state), 0);
  gtk_label_set_wrap (GTK_LABEL (self->state), TRUE);
  gtk_widget_add_css_class (self->state, "dim-label");

  self->undo_bar = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_halign (undo, GTK_ALIGN_START);
  self->undo_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->undo_label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->undo_label), TRUE);
  gtk_widget_set_hexpand (self->undo_label, TRUE);
  gtk_widget_add_css_class (self->undo_label, "waiting");
  gtk_widget_add_css_class (undo, "suggested-action");
  gtk_box_append (GTK_BOX (self->undo_bar), self->undo_label);
  gtk_box_append (GTK_BOX (self->undo_bar), undo);
  gtk_widget_set_visible (self->undo_bar, FALSE);

  self->info_toggle = gtk_toggle_button_new_with_label (_("Información"));
  gtk_widget_add_css_class (self->info_toggle, "large");
  tst_wrap_append (TST_WRAP (actions), self->info_toggle);
  tst_wrap_append (TST_WRAP (actions), text_button (_("Ver la prueba"), "viewer.proof"));
  tst_wrap_append (TST_WRAP (actions), text_button (_("Corregir"), "viewer.edit"));
  tst_wrap_append (TST_WRAP (actions), text_button (_("Cambiar de obra"), "viewer.work"));
  tst_wrap_append (TST_WRAP (actions), text_button (_("Punto fotográfico"), "viewer.viewpoint"));
  tst_wrap_append (TST_WRAP (actions), text_button (_("Descartar"), "viewer.discard"));

  self->info = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  g_object_bind_property (self->info_toggle, "active", self->info, "visible", G_BINDING_SYNC_CREATE);

  gtk_box_append (GTK_BOX (box), self->caption);
  gtk_box_append (GTK_BOX (box), self->state);
  gtk_box_append (GTK_BOX (box), self->undo_bar);
  gtk_box_append (GTK_BOX (box), actions);
  gtk_box_append (GTK_BOX (box), self->info);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  return box;
}

static void
tst_viewer_page_init (TstViewerPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *clamp = adw_clamp_new ();

  self->undo_ms = UNDO_MS;
  self->picture = tst_zoom_picture_new ();
  gtk_widget_set_size_request (self->picture, -1, 160);
  g_signal_connect_swapped (self->picture, "notify::zoom", G_CALLBACK (on_zoom), self);
  self->failed = gtk_label_new (_("La foto no se puede mostrar."));
  gtk_widget_set_visible (self->failed, FALSE);
  gtk_widget_set_can_target (self->failed, FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->picture);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->failed);
  gtk_widget_set_vexpand (overlay, TRUE);

  self->previous = icon_button ("go-previous-symbolic", _("La anterior"), "viewer.previous");
  self->far = icon_button ("zoom-out-symbolic", _("Alejar"), "viewer.zoom-out");
  self->near = icon_button ("zoom-in-symbolic", _("Acercar"), "viewer.zoom-in");
  self->next = icon_button ("go-next-symbolic", _("La siguiente"), "viewer.next");
  gtk_widget_set_halign (bar, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (bar), self->previous);
  gtk_box_append (GTK_BOX (bar), self->far);
  gtk_box_append (GTK_BOX (bar), self->near);
  gtk_box_append (GTK_BOX (bar), self->next);

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 860);
  adw_clamp_set_child (ADW_CLAMP (clamp), make_words (self));
  self->player = tst_recording_player_new ();
  gtk_widget_set_valign (self->player, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (self->player, 12);
  gtk_widget_set_margin_end (self->player, 12);
  self->frame = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->frame), overlay, "picture");
  gtk_stack_add_named (GTK_STACK (self->frame), self->player, "player");
  tst_hidden_follow_stack (GTK_STACK (self->frame));
  gtk_box_append (GTK_BOX (box), self->frame);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), tst_fit_scroller_new (clamp, 0));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
tst_viewer_page_new (TstSession *session, GListModel *model, guint position)
{
  TstViewerPage *self = g_object_new (TST_TYPE_VIEWER_PAGE, "session", session, "title", _("Foto"), NULL);
  TstFieldBook *book = tst_session_get_book (session);

  g_set_object (&self->model, model);
  if (book != NULL)
    self->source = g_object_ref (tst_thumbnails_for_book (book));
  self->model_handler = g_signal_connect_swapped (model, "items-changed", G_CALLBACK (on_model_changed), self);
  show_position (self, position);
  on_zoom (self);
  return GTK_WIDGET (self);
}

TstGalleryItem *
tst_viewer_page_get_item (TstViewerPage *self)
{
  g_return_val_if_fail (TST_IS_VIEWER_PAGE (self), NULL);
  return self->item;
}

guint
tst_viewer_page_get_position (TstViewerPage *self)
{
  g_return_val_if_fail (TST_IS_VIEWER_PAGE (self), 0);
  return self->position;
}

gboolean
tst_viewer_page_has_picture (TstViewerPage *self)
{
  g_return_val_if_fail (TST_IS_VIEWER_PAGE (self), FALSE);
  return tst_zoom_picture_get_texture (TST_ZOOM_PICTURE (self->picture)) != NULL;
}

void
tst_viewer_page_set_undo_time (TstViewerPage *self, guint milliseconds)
{
  g_return_if_fail (TST_IS_VIEWER_PAGE (self));
  self->undo_ms = milliseconds;
}
