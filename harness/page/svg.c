/* SPDX-License-Identifier: MIT */
/* svg.c -- gnuplot's SVG goes through libxml2: what is no drawing is dropped, sentences take the
 * place of titles, and identifiers get a prefix. */
#include "page/svg.h"
#include "base/scope.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

/* Puts PREFIX before the name in an id, a "#name" or an "url(#name)". */
static void rename_attribute(xmlAttrPtr attribute, const char *prefix) {
    char *value = (char *)xmlNodeListGetString(attribute->doc, attribute->children, 1);
    char *hash = value ? strchr(value, '#') : NULL, *renamed = NULL;
    const char *name = (const char *)attribute->name;
    if (value && !strcmp(name, "id"))
        renamed = text_format("%s-%s", prefix, value);
    else if (hash && (hash == value ? !strcmp(name, "href") : !strncmp(value, "url(", 4)))
        renamed = text_format("%.*s#%s-%s", (int)(hash - value), value, prefix, hash + 1);
    if (renamed)
        xmlNodeSetContent((xmlNodePtr)attribute, (xmlChar *)renamed);
    free(renamed);
    xmlFree(value);
}

/* gnuplot's drawings have no other elements; what a run's text made of them must not act in the
 * page. */
static bool is_drawing(xmlNodePtr node) {
    static const char *const known[] = {
        "svg",     "g",       "path",        "text",     "tspan", "title",          "desc",
        "defs",    "use",     "circle",      "ellipse",  "rect",  "line",           "polyline",
        "polygon", "pattern", "marker",      "clipPath", "mask",  "linearGradient", "stop",
        "filter",  "feFlood", "feComposite", "image",    NULL};
    if (node->type != XML_ELEMENT_NODE)
        return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE ||
               node->type == XML_COMMENT_NODE;
    for (const char *const *name = known; *name; name++)
        if (!strcmp((const char *)node->name, *name))
            return true;
    return false;
}

/* Whether VALUE refers by url() to anything but the drawing's own parts. CSS reads the word in any
 * case, and written with escapes; none of ours has any. */
static bool leads_away(const char *value) {
    for (const char *url = value; (url = strcasestr(url, "url(")); url += strlen("url("))
        if (url[strlen("url(")] != '#')
            return true;
    return strchr(value, '\\') != NULL;
}

/* No script, and no reference but to the drawing's own parts and to the pixels of an image. */
static bool is_harmless(xmlAttrPtr attribute) {
    char *value = (char *)xmlNodeListGetString(attribute->doc, attribute->children, 1);
    const char *name = (const char *)attribute->name;
    bool reference = !strcmp(name, "href") || !strcmp(name, "src");
    bool own = value && (*value == '#' || !strncmp(value, "data:image/png;", 15));
    bool far = value && leads_away(value);
    xmlFree(value);
    return strncasecmp(name, "on", 2) != 0 && (!reference || own) && !far;
}

static void drop_attributes(xmlNodePtr node) {
    for (xmlAttrPtr a = node->properties, next; a; a = next) {
        next = a->next;
        if (!is_harmless(a))
            xmlRemoveProp(a);
    }
}

static void drop(xmlNodePtr node) {
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

static void drop_foreign(xmlNodePtr node) {
    for (xmlNodePtr next; node; node = next) {
        next = node->next;
        if (!is_drawing(node)) {
            drop(node);
        } else if (node->type == XML_ELEMENT_NODE) {
            drop_attributes(node);
            drop_foreign(node->children);
        }
    }
}

/* ---- what a pointer shows ---- */

/* The sentence that SAYS, "title, tab, sentence" line by line, has for TITLE; null if none. */
static const char *sentence_of(const struct texts *says, const char *title) {
    size_t length = strlen(title);
    for (size_t i = 0; i < says->count; i++)
        if (!strncmp(says->items[i], title, length) && says->items[i][length] == '\t')
            return says->items[i] + length + 1;
    return NULL;
}

/* A browser shows the title of what the pointer rests on: gnuplot's own is a series' title in the
 * key, or the source of its plot. The sentence that plot.gp has for it takes its place, and nothing
 * else is shown. */
static void speak(xmlNodePtr node, const struct texts *says) {
    for (xmlNodePtr next; node; node = next) {
        next = node->next;
        const char *name = (const char *)node->name;
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (strcmp(name, "title") != 0 && strcmp(name, "desc") != 0) {
            speak(node->children, says);
            continue;
        }
        char *title = (char *)xmlNodeGetContent(node);
        const char *sentence = title ? sentence_of(says, title) : NULL;
        scoped_text char *escaped =
            sentence ? (char *)xmlEncodeSpecialChars(node->doc, (const xmlChar *)sentence) : NULL;
        if (escaped)
            xmlNodeSetContent(node, (const xmlChar *)escaped);
        else
            drop(node);
        xmlFree(title);
    }
}

/* ---- into the page ---- */

static void rename_all(xmlNodePtr node, const char *prefix) {
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        for (xmlAttrPtr a = node->properties; a; a = a->next)
            rename_attribute(a, prefix);
        rename_all(node->children, prefix);
    }
}

char *svg_inline(const char *bytes, size_t length, const char *prefix, const struct texts *words) {
    xmlDocPtr document = xmlReadMemory(bytes, (int)length, NULL, NULL,
                                       XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNodePtr root = document ? xmlDocGetRootElement(document) : NULL;
    char *markup = NULL;
    if (root && is_drawing(root)) {
        drop_attributes(root);
        drop_foreign(root->children);
        speak(root->children, words);
        rename_all(root, prefix);
        xmlNewProp(root, (const xmlChar *)"role", (const xmlChar *)"img");
        xmlNewProp(root, (const xmlChar *)"aria-label",
                   (const xmlChar *)(words->count ? words->items[0] : ""));
        xmlBufferPtr buffer = xmlBufferCreate();
        xmlNodeDump(buffer, document, root, 0, 0);
        markup = text_copy((const char *)xmlBufferContent(buffer));
        xmlBufferFree(buffer);
    }
    xmlFreeDoc(document);
    return markup;
}
