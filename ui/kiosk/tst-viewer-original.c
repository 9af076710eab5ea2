/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-viewer-original.h"

#include "base/tst-carrier.h"
#include "base/tst-error.h"
#include "record/tst-body.h"
#include "widgets/tst-build.h"

#include <glib/gi18n.h>

struct _TstViewerOriginal
{
  GtkBox parent_instance;
  TstSession *session;
  GtkWidget *words, *button;
  char *sha256;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (TstViewerOriginal, tst_viewer_original, GTK_TYPE_BOX)

static TstCarrier *
get_carrier (TstViewerOriginal *self)
{
  TstSyncControl *sync = tst_session_get_sync (self->session);

  return sync != NULL && TST_IS_CARRIER (sync) ? TST_CARRIER (sync) : NULL;
}

static const char *
words_for (const GError *error)
{
  if (g_error_matches (error, TST_ERROR, TST_ERROR_NO_SPACE))
    return _("No hay espacio para traerlo. Libere espacio e intente otra vez.");
  if (g_error_matches (error, TST_ERROR, TST_ERROR_UNREACHABLE) || g_error_matches (error, TST_ERROR, TST_ERROR_BUSY) ||
      g_error_matches (error, TST_ERROR, TST_ERROR_CAPTIVE_PORTAL))
    return _("No hay conexión con la central. El original sigue allá; intente más tarde.");
  return _("La central no pudo entregarlo. Avise a la Alcaldía.");
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstViewerOriginal) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) row = tst_carrier_run_finish (TST_CARRIER (source), result, &error);

  if (g_error_matches (error, TST_ERROR, TST_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  gtk_widget_set_sensitive (self->button, TRUE);
  if (row == NULL)
    {
      gtk_label_set_label (GTK_LABEL (self->words), words_for (error));
      return;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  tst_session_toast (self->session, _("El original está otra vez en esta tableta."));
  tst_session_saved (self->session);
}

void
tst_viewer_original_fetch (TstViewerOriginal *self)
{
  g_autoptr (JsonObject) args = json_object_new ();
  TstCarrier *carrier;

  g_return_if_fail (TST_IS_VIEWER_ORIGINAL (self));
  carrier = get_carrier (self);
  if (carrier == NULL || self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  gtk_widget_set_sensitive (self->button, FALSE);
  gtk_label_set_label (GTK_LABEL (self->words), _("Trayendo el original de la central…"));
  json_object_set_string_member (args, "sha256", self->sha256);
  tst_carrier_run_async (carrier, "fetch", args, NULL, NULL, self->cancellable, on_fetched, g_object_ref (self));
}

static void
tst_viewer_original_dispose (GObject *object)
{
  TstViewerOriginal *self = TST_VIEWER_ORIGINAL (object);

  /* The next photograph is looked at; this one can be asked for again. */
  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (tst_viewer_original_parent_class)->dispose (object);
}

static void
tst_viewer_original_finalize (GObject *object)
{
  TstViewerOriginal *self = TST_VIEWER_ORIGINAL (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_free (self->sha256);
  G_OBJECT_CLASS (tst_viewer_original_parent_class)->finalize (object);
}

static void
tst_viewer_original_class_init (TstViewerOriginalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_viewer_original_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_viewer_original_finalize;
}

static void
tst_viewer_original_init (TstViewerOriginal *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->words = tst_build_text (_("El original está en la central, que probó que lo tiene. Aquí queda una vista."));
  self->button = tst_build_large_button (_("Traer el original"));
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (tst_viewer_original_fetch), self);
  gtk_box_append (GTK_BOX (self), self->words);
  gtk_box_append (GTK_BOX (self), self->button);
}

GtkWidget *
tst_viewer_original_new (TstSession *session, JsonObject *row)
{
  TstViewerOriginal *self = g_object_new (TST_TYPE_VIEWER_ORIGINAL, NULL);

  self->session = g_object_ref (session);
  self->sha256 = g_strdup (tst_json_string (row, "sha256"));
  gtk_widget_set_visible (GTK_WIDGET (self), tst_json_bool (row, "freed", FALSE));
  gtk_widget_set_visible (self->button, get_carrier (self) != NULL);
  return GTK_WIDGET (self);
}
