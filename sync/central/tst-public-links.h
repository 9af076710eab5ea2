/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For the static export: addresses of the site as names of files, and the links of a page rewritten to them. */

/* The file of an address: "/obras?estado=terminada" as a page is "obras/_estado=terminada/index.html", other things keep their path. NULL: no file
 * can have that name. */
char *tst_links_file (const char *path, const char *query, gboolean is_page);

/* Called for each address in the page, decoded; tells the file that it will be, NULL to leave the link absolute, below the base. */
typedef char *(*TstLinkFunc) (const char *path, const char *query, gpointer user_data);
/* @html: one of our own pages, so double quotes stand around every attribute. @file: its own name, from which links are told relative. */
char *tst_links_rewrite (const char *html, const char *file, const char *base_url, TstLinkFunc func, gpointer user_data);

G_END_DECLS
