/** @jsxImportSource solid-js */
import { render } from 'solid-js/web';
import '../gallery/gallery.css';
import { Gallery } from './Gallery.js';

const page = document.querySelector('#page');
if (page) render(() => <Gallery />, page);
