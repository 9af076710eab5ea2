/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kiosk/tst-gallery-model.h"

#include "journal/tst-field-book-async.h"
#include "record/tst-body.h"

#include <gtk/gtk.h>

/* What a large screen and the viewer need at once is two or three. */
#define KEPT_PIECES 12
/* Asked for while others are read: older wishes are forgotten. */
#define WISHED_PIECES 4

typedef struct
{
  GPtrArray *items; /* of TstGalleryItem, TST_GALLERY_PIECE of them */
  guint64 used;
  gboolean read;
} Piece;

struct _TstGalleryModel
{
  GObject parent_instance;
  TstFieldBook *book;
  TstQuery query;     /* strings owned */
  GHashTable *pieces; /* number → Piece */
  GArray *wished;     /* of guint, the last the most wanted */
  guint n, generation;
  guint64 uses;
  gboolean reading; /* a piece is being read */
  GCancellable *cancellable;

  /* While the whole is read anew: what comes in its place. */
  GHashTable *fresh; /* number → GPtrArray of JsonObject */
  guint fresh_n, awaited;
  gboolean restart, other_query;
};

static void tst_gallery_model_list_init (GListModelInterface *iface);
static void read_next (TstGalleryModel *self);
static void begin (TstGalleryModel *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (TstGalleryModel, tst_gallery_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, tst_gallery_model_list_init))

static guint loaded_signal;

typedef struct
{
  TstGalleryModel *self;
  guint number, generation;
} Reading;

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_ptr_array_unref (piece->items);
  g_free (piece);
}

static void
clear_query (TstGalleryModel *self)
{
  g_free ((char *) self->query.event_id);
  g_free ((char *) self->query.work);
  g_free ((char *) self->query.day);
  self->query = (TstQuery) { 0 };
}

static Reading *
reading_new (TstGalleryModel *self, guint number)
{
  Reading *reading = g_new (Reading, 1);

  *reading = (Reading) { g_object_ref (self), number, self->generation };
  return reading;
}

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static TstQuery
piece_query (TstGalleryModel *self, guint number)
{
  TstQuery query = self->query;

  query.status = "valid";
  query.limit = TST_GALLERY_PIECE;
  query.offset = number * TST_GALLERY_PIECE;
  return query;
}

/* --- pieces --- */

static guint
piece_length (TstGalleryModel *self, guint number)
{
  return MIN (TST_GALLERY_PIECE, self->n - MIN (self->n, number * TST_GALLERY_PIECE));
}

static void
forget_oldest (TstGalleryModel *self)
{
  GHashTableIter iter;
  gpointer key, value, oldest = NULL;
  guint64 used = G_MAXUINT64;

  g_hash_table_iter_init (&iter, self->pieces);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Piece *) value)->used < used)
      {
        used = ((Piece *) value)->used;
        oldest = key;
      }
  g_hash_table_remove (self->pieces, oldest);
}

static Piece *
add_piece (TstGalleryModel *self, guint number)
{
  Piece *piece = g_new0 (Piece, 1);
  guint length = piece_length (self, number);

  piece->items = g_ptr_array_new_full (length, g_object_unref);
  piece->used = ++self->uses;
  for (guint i = 0; i < length; i++)
    g_ptr_array_add (piece->items, tst_gallery_item_new_unknown ());
  if (g_hash_table_size (self->pieces) >= KEPT_PIECES)
    forget_oldest (self);
  g_hash_table_insert (self->pieces, GUINT_TO_POINTER (number), piece);
  return piece;
}

static void
fill_piece (Piece *piece, GPtrArray *rows)
{
  for (guint i = 0; i < MIN (rows->len, piece->items->len); i++)
    if (!tst_gallery_item_update (piece->items->pdata[i], rows->pdata[i]))
      {
        g_object_unref (piece->items->pdata[i]);
        piece->items->pdata[i] = tst_gallery_item_new (rows->pdata[i]);
      }
  piece->read = TRUE;
}

static void
on_piece (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);
  TstGalleryModel *self = reading->self;
  Piece *piece = g_hash_table_lookup (self->pieces, GUINT_TO_POINTER (reading->number));

  self->reading = FALSE;
  if (self->cancellable == NULL)
    return;
  if (rows != NULL && piece != NULL && reading->generation == self->generation)
    fill_piece (piece, rows);
  read_next (self);
}

/* One at a time: a thumb that flies over a hundred thousand asks for many, and only the last ones are still looked at. */
static void
read_next (TstGalleryModel *self)
{
  while (!self->reading && self->wished->len > 0 && self->book != NULL)
    {
      guint number = g_array_index (self->wished, guint, self->wished->len - 1);
      Piece *piece = g_hash_table_lookup (self->pieces, GUINT_TO_POINTER (number));
      TstQuery query = piece_query (self, number);

      g_array_set_size (self->wished, self->wished->len - 1);
      if (piece == NULL || piece->read)
        continue;
      self->reading = TRUE;
      tst_field_book_list_async (self->book, "captures", &query, self->cancellable, on_piece, reading_new (self, number));
    }
}

static void
wish (TstGalleryModel *self, guint number)
{
  for (guint i = 0; i < self->wished->len; i++)
    if (g_array_index (self->wished, guint, i) == number)
      {
        g_array_remove_index (self->wished, i);
        break;
      }
  g_array_append_val (self->wished, number);
  if (self->wished->len > WISHED_PIECES)
    {
      /* Whoever looks there again asks again. */
      g_hash_table_remove (self->pieces, GUINT_TO_POINTER (g_array_index (self->wished, guint, 0)));
      g_array_remove_index (self->wished, 0);
    }
  read_next (self);
}

/* --- the whole anew --- */

/* The items that are there already, by the id of their record. */
static GHashTable *
known_items (TstGalleryModel *self)
{
  GHashTable *known = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  GHashTableIter iter;
  gpointer piece;

  g_hash_table_iter_init (&iter, self->pieces);
  while (g_hash_table_iter_next (&iter, NULL, &piece))
    for (guint i = 0; i < ((Piece *) piece)->items->len; i++)
      {
        TstGalleryItem *item = ((Piece *) piece)->items->pdata[i];

        if (tst_gallery_item_get_id (item) != NULL)
          g_hash_table_insert (known, (gpointer) tst_gallery_item_get_id (item), g_object_ref (item));
      }
  return known;
}

static TstGalleryItem *
item_at (GHashTable *pieces, guint position)
{
  Piece *piece = g_hash_table_lookup (pieces, GUINT_TO_POINTER (position / TST_GALLERY_PIECE));
  guint at = position % TST_GALLERY_PIECE;

  return piece != NULL && at < piece->items->len ? piece->items->pdata[at] : NULL;
}

/* What is known on both sides says where the lists part; of the rest it is believed that it only moved along. */
static void
find_change (GHashTable *before, guint old_n, GHashTable *after, guint new_n, guint *head, guint *tail)
{
  GHashTableIter iter;
  gpointer key;
  guint least = MIN (old_n, new_n), last = 0;
  gboolean differs = FALSE;

  *head = least;
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    for (guint i = GPOINTER_TO_UINT (key) * TST_GALLERY_PIECE, end = i + TST_GALLERY_PIECE; i < MIN (end, old_n); i++)
      {
        TstGalleryItem *a = item_at (before, i), *b = item_at (after, i);
        gint64 along = (gint64) i + new_n - old_n;
        TstGalleryItem *c = along >= 0 ? item_at (after, (guint) along) : NULL;

        if (a != NULL && b != NULL && a != b)
          *head = MIN (*head, i);
        if (a != NULL && (c != NULL ? a != c : along < 0))
          {
            differs = TRUE;
            last = MAX (last, i);
          }
      }
  *tail = MIN (differs ? old_n - 1 - last : old_n, least - *head);
}

static void
commit (TstGalleryModel *self)
{
  g_autoptr (GHashTable) known = known_items (self);
  g_autoptr (GHashTable) before = g_steal_pointer (&self->pieces);
  g_autoptr (GHashTable) fresh = g_steal_pointer (&self->fresh);
  guint old_n = self->n, head = 0, tail = 0;
  GHashTableIter iter;
  gpointer key, rows;

  self->pieces = g_hash_table_new_full (NULL, NULL, NULL, piece_free);
  self->n = self->fresh_n;
  self->generation++;
  g_array_set_size (self->wished, 0);
  g_hash_table_iter_init (&iter, fresh);
  while (g_hash_table_iter_next (&iter, &key, &rows))
    {
      guint number = GPOINTER_TO_UINT (key);
      Piece *piece = add_piece (self, number);

      for (guint i = 0; i < MIN (((GPtrArray *) rows)->len, piece->items->len); i++)
        {
          JsonObject *row = ((GPtrArray *) rows)->pdata[i];
          TstGalleryItem *item = g_hash_table_lookup (known, tst_json_string (row, "id"));
          TstGalleryItem *old = item_at (before, number * TST_GALLERY_PIECE + i);

          /* One that was shown before it was read stays the same object. */
          if (item == NULL && old != NULL && tst_gallery_item_get_id (old) == NULL)
            item = old;
          if (item == NULL)
            continue;
          g_object_unref (piece->items->pdata[i]);
          piece->items->pdata[i] = g_object_ref (item);
        }
      fill_piece (piece, rows);
    }
  if (self->other_query)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, old_n, self->n);
  else
    {
      find_change (before, old_n, self->pieces, self->n, &head, &tail);
      if (old_n - head - tail > 0 || self->n - head - tail > 0)
        g_list_model_items_changed (G_LIST_MODEL (self), head, old_n - head - tail, self->n - head - tail);
    }
  self->other_query = FALSE;
  g_signal_emit (self, loaded_signal, 0);
}

static void
arrived (TstGalleryModel *self, guint generation)
{
  if (--self->awaited > 0 || self->cancellable == NULL)
    return;
  if (self->restart)
    {
      self->restart = FALSE;
      begin (self);
    }
  else
    commit (self);
}

static void
on_count (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (GPtrArray) rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  if (rows != NULL && rows->len == 1)
    reading->self->fresh_n = (guint) tst_json_int (rows->pdata[0], "captures", 0);
  arrived (reading->self, reading->generation);
}

static void
on_fresh (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  GPtrArray *rows = tst_field_book_list_finish (TST_FIELD_BOOK (source), result, NULL);

  if (rows != NULL)
    g_hash_table_insert (reading->self->fresh, GUINT_TO_POINTER (reading->number), rows);
  arrived (reading->self, reading->generation);
}

static void
ask_fresh (TstGalleryModel *self, guint number)
{
  TstQuery query = piece_query (self, number);

  self->awaited++;
  tst_field_book_list_async (self->book, "captures", &query, self->cancellable, on_fresh, reading_new (self, number));
}

/* How many, and the pieces that are looked at: read together, put in their place together. */
static void
begin (TstGalleryModel *self)
{
  TstQuery all = self->query;
  GHashTableIter iter;
  gpointer key, piece;
  gboolean first = FALSE;

  g_clear_pointer (&self->fresh, g_hash_table_unref);
  self->fresh = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->fresh_n = self->other_query ? 0 : self->n;
  self->awaited = 1;
  tst_field_book_list_async (self->book, "capture-count", &all, self->cancellable, on_count, reading_new (self, 0));
  g_hash_table_iter_init (&iter, self->pieces);
  while (!self->other_query && g_hash_table_iter_next (&iter, &key, &piece))
    if (((Piece *) piece)->used + TST_GALLERY_PIECE * 3 > self->uses)
      {
        ask_fresh (self, GPOINTER_TO_UINT (key));
        first = first || GPOINTER_TO_UINT (key) == 0;
      }
  if (!first)
    ask_fresh (self, 0);
}

void
tst_gallery_model_refresh (TstGalleryModel *self)
{
  g_return_if_fail (TST_IS_GALLERY_MODEL (self));
  if (self->book == NULL)
    return;
  if (self->awaited > 0)
    self->restart = TRUE;
  else
    begin (self);
}

void
tst_gallery_model_read (TstGalleryModel *self, TstFieldBook *book, const TstQuery *query)
{
  g_return_if_fail (TST_IS_GALLERY_MODEL (self) && TST_IS_FIELD_BOOK (book) && query != NULL);
  clear_query (self);
  g_set_object (&self->book, book);
  self->query = *query;
  self->query.event_id = g_strdup (query->event_id);
  self->query.work = g_strdup (query->work);
  self->query.day = g_strdup (query->day);
  self->other_query = TRUE;
  tst_gallery_model_refresh (self);
}

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return TST_TYPE_GALLERY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TST_GALLERY_MODEL (model)->n;
}

static gpointer
get_item (GListModel *model, guint position)
{
  TstGalleryModel *self = TST_GALLERY_MODEL (model);
  guint number = position / TST_GALLERY_PIECE;
  Piece *piece;

  if (position >= self->n)
    return NULL;
  piece = g_hash_table_lookup (self->pieces, GUINT_TO_POINTER (number));
  if (piece == NULL)
    {
      piece = add_piece (self, number);
      wish (self, number);
    }
  piece->used = ++self->uses;
  return g_object_ref (piece->items->pdata[position % TST_GALLERY_PIECE]);
}

static void
tst_gallery_model_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
tst_gallery_model_dispose (GObject *object)
{
  TstGalleryModel *self = TST_GALLERY_MODEL (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->book);
  G_OBJECT_CLASS (tst_gallery_model_parent_class)->dispose (object);
}

static void
tst_gallery_model_finalize (GObject *object)
{
  TstGalleryModel *self = TST_GALLERY_MODEL (object);

  clear_query (self);
  g_hash_table_unref (self->pieces);
  g_clear_pointer (&self->fresh, g_hash_table_unref);
  g_array_unref (self->wished);
  G_OBJECT_CLASS (tst_gallery_model_parent_class)->finalize (object);
}

static void
tst_gallery_model_class_init (TstGalleryModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = tst_gallery_model_dispose;
  G_OBJECT_CLASS (klass)->finalize = tst_gallery_model_finalize;
  loaded_signal = g_signal_new ("loaded", TST_TYPE_GALLERY_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tst_gallery_model_init (TstGalleryModel *self)
{
  self->cancellable = g_cancellable_new ();
  self->pieces = g_hash_table_new_full (NULL, NULL, NULL, piece_free);
  self->wished = g_array_new (FALSE, FALSE, sizeof (guint));
}

TstGalleryModel *
tst_gallery_model_new (void)
{
  return g_object_new (TST_TYPE_GALLERY_MODEL, NULL);
}

guint
tst_gallery_model_find (TstGalleryModel *self, const char *id)
{
  GHashTableIter iter;
  gpointer key, piece;

  g_return_val_if_fail (TST_IS_GALLERY_MODEL (self), GTK_INVALID_LIST_POSITION);
  g_hash_table_iter_init (&iter, self->pieces);
  while (id != NULL && g_hash_table_iter_next (&iter, &key, &piece))
    for (guint i = 0; i < ((Piece *) piece)->items->len; i++)
      if (g_strcmp0 (tst_gallery_item_get_id (((Piece *) piece)->items->pdata[i]), id) == 0)
        return GPOINTER_TO_UINT (key) * TST_GALLERY_PIECE + i;
  return GTK_INVALID_LIST_POSITION;
}

guint
tst_gallery_model_get_n_kept (TstGalleryModel *self)
{
  g_return_val_if_fail (TST_IS_GALLERY_MODEL (self), 0);
  return g_hash_table_size (self->pieces) * TST_GALLERY_PIECE;
}
