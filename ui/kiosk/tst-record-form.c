/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-record-form.h"

#include "journal/tst-field-book-async.h"
#include "kiosk/tst-drafts.h"
#include "kiosk/tst-messages.h"
#include "widgets/tst-form.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *notice;
  char *saved;
  const char *left_text; /* (nullable) static */
  TstDraftKeeper *draft; /* NULL before it is kept and after the page is gone */
  gboolean busy, discards, gone;
} TstRecordFormPrivate;

typedef enum
{
  PROP_SAVED = 1,
} TstRecordFormProperty;

static GParamSpec *properties[PROP_SAVED + 1];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TstRecordForm, tst_record_form, TST_TYPE_PAGE)

static TstRecordFormPrivate *
get (gpointer self)
{
  return tst_record_form_get_instance_private (self);
}

static void
show_actions (TstRecordForm *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.save", !get (self)->busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.discard", !get (self)->busy && get (self)->discards);
}

/* --- draft --- */

static JsonObject *
collect (gpointer page)
{
  return TST_RECORD_FORM_GET_CLASS (page)->collect (page);
}

static void
restore (gpointer page, JsonObject *content)
{
  TST_RECORD_FORM_GET_CLASS (page)->restore (page, content);
  tst_draft_keeper_offer (get (page)->draft, get (page)->notice, get (page)->left_text);
}

void
tst_record_form_keep (TstRecordForm *self, const char *key, gboolean personal)
{
  g_return_if_fail (TST_IS_RECORD_FORM (self) && get (self)->draft == NULL);
  get (self)->draft = tst_draft_keeper_new (TST_PAGE (self), key, personal, collect, restore);
}

void
tst_record_form_set_left_text (TstRecordForm *self, const char *text)
{
  get (self)->left_text = text;
}

void
tst_record_form_touch (TstRecordForm *self)
{
  tst_form_notice_set (get (self)->notice, NULL, FALSE);
  if (get (self)->draft != NULL)
    tst_draft_keeper_touch (get (self)->draft);
}

/* --- what it says --- */

void
tst_record_form_complain (TstRecordForm *self, const char *text, GtkWidget *where)
{
  tst_form_notice_set (get (self)->notice, text, TRUE);
  if (where != NULL)
    gtk_widget_grab_focus (where);
}

void
tst_record_form_tell (TstRecordForm *self, const char *text)
{
  tst_form_notice_set (get (self)->notice, text, FALSE);
}

/* --- saving --- */

void
tst_record_form_set_discards (TstRecordForm *self, gboolean discards)
{
  get (self)->discards = discards;
  show_actions (self);
}

void
tst_record_form_begin (TstRecordForm *self)
{
  get (self)->busy = TRUE;
  show_actions (self);
}

void
tst_record_form_finish (TstRecordForm *self)
{
  TstSession *session = tst_page_get_session (TST_PAGE (self));

  /* The actions stay as they are until the page is gone: it is not saved twice. */
  get (self)->busy = FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED]);
  if (session != NULL)
    {
      tst_session_saved (session);
      tst_session_toast (session, _("Guardado"));
    }
  tst_page_leave (TST_PAGE (self));
}

void
tst_record_form_on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (TstRecordForm) self = user_data;
  TstRecordFormPrivate *priv = get (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = tst_field_book_act_finish (TST_FIELD_BOOK (source), result, &error);

  if (id != NULL)
    {
      if (priv->draft != NULL)
        tst_draft_keeper_done (priv->draft);
      g_free (priv->saved);
      priv->saved = g_strdup (id);
      TST_RECORD_FORM_GET_CLASS (self)->saved (self, id);
      return;
    }
  priv->busy = FALSE;
  if (!priv->gone)
    {
      g_autofree char *text = tst_message_for_error (error);

      show_actions (self);
      tst_form_notice_set (priv->notice, text, TRUE);
    }
}

static void
act (GtkWidget *widget, void (*what) (TstRecordForm *self, TstFieldBook *book))
{
  TstFieldBook *book = tst_session_get_book (tst_page_get_session (TST_PAGE (widget)));

  if (book != NULL && !get (widget)->busy && what != NULL)
    what (TST_RECORD_FORM (widget), book);
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  act (widget, TST_RECORD_FORM_GET_CLASS (widget)->save);
}

static void
on_discard (GtkWidget *widget, const char *action, GVariant *parameter)
{
  act (widget, TST_RECORD_FORM_GET_CLASS (widget)->discard);
}

gboolean
tst_record_form_get_busy (TstRecordForm *self)
{
  return get (self)->busy;
}

/* --- the widget --- */

GtkWidget *
tst_record_form_build (TstRecordForm *self, const char *save, GtkWidget **column, GtkWidget **foot)
{
  GtkWidget *button = tst_form_button (save, "main suggested-action");

  adw_bin_set_child (ADW_BIN (self), tst_form_page (720, column, foot));
  get (self)->notice = tst_form_notice_new ();
  gtk_box_append (GTK_BOX (*column), get (self)->notice);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "form.save");
  gtk_box_append (GTK_BOX (*foot), button);
  return button;
}

static void
tst_record_form_saved (TstRecordForm *self, const char *id)
{
  tst_record_form_finish (self);
}

static gboolean
tst_record_form_may_leave (TstPage *page)
{
  return !get (page)->busy;
}

static void
tst_record_form_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if ((TstRecordFormProperty) id == PROP_SAVED)
    g_value_set_string (value, get (object)->saved != NULL ? get (object)->saved : "");
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
tst_record_form_dispose (GObject *object)
{
  get (object)->gone = TRUE;
  g_clear_pointer (&get (object)->draft, tst_draft_keeper_free);
  G_OBJECT_CLASS (tst_record_form_parent_class)->dispose (object);
}

static void
tst_record_form_finalize (GObject *object)
{
  g_free (get (object)->saved);
  G_OBJECT_CLASS (tst_record_form_parent_class)->finalize (object);
}

static void
tst_record_form_class_init (TstRecordFormClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tst_record_form_get_property;
  object_class->dispose = tst_record_form_dispose;
  object_class->finalize = tst_record_form_finalize;
  TST_PAGE_CLASS (klass)->may_leave = tst_record_form_may_leave;
  klass->saved = tst_record_form_saved;
  properties[PROP_SAVED] = g_param_spec_string ("saved", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.save", NULL, on_save);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "form.discard", NULL, on_discard);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_s, GDK_CONTROL_MASK, "form.save", NULL);
}

static void
tst_record_form_init (TstRecordForm *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "form.discard", FALSE);
}
